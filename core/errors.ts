/**
 * Every failure that a learner, an author or an operator can meet, in one table. `docs/errors.md` lists the same codes;
 * a test holds the two together.
 */
export interface ErrorEntry {
  /** HTTP status this error answers with where it crosses a route. */
  readonly status: number;
  /** What happened. `{name}` is filled from the details given with the error. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable?: boolean;
}

export const ERRORS = {
  CONFIG_INVALID: { status: 500, message: 'The configuration {file} is not valid at {path}: {reason}.', fix: 'Correct that setting; the files in config/ show every setting with its default.' },
  PORT_IN_USE: { status: 500, message: 'Port {port} ({setting}) is already in use.', fix: 'Stop the program that holds the port, or set another one with {setting}.' },
  PORT_TWICE: { status: 500, message: 'Port {port} is set twice: as {setting} and as {other}.', fix: 'Set {setting} or {other} to another port.' },
  PORT_FORBIDDEN: { status: 500, message: 'Port {port} ({setting}) needs more rights than this program has.', fix: 'Set {setting} to 1024 or more, and put a proxy or a firewall rule before it.' },
  HOST_UNAVAILABLE: { status: 500, message: 'This machine has no address {host} to listen on ({setting}).', fix: 'Give --host one of its own addresses, or 0.0.0.0 for all of them.' },
  TLS_REQUIRED: { status: 500, message: 'Serving {host} needs a certificate: browsers give a page without TLS no microphone.', fix: 'Give --cert and --key (PEM). A certificate comes from Let’s Encrypt (`certbot certonly --standalone -d NAME`), for a private network from mkcert (`mkcert -install && mkcert NAME`), or for a trial from `openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout key.pem -out cert.pem -subj /CN=NAME -addext subjectAltName=DNS:NAME`.' },
  CERTIFICATE_INVALID: { status: 500, message: 'The certificate {cert} with the key {key} cannot be used: {reason}.', fix: 'Give --cert the whole chain and --key its own unencrypted private key, both PEM.' },
  DEV_KEYS_EXPOSED: { status: 500, message: 'The well-known development keys of LiveKit must not serve {host}.', fix: 'Unset LIVEKIT_API_KEY and LIVEKIT_API_SECRET (a pair is then generated), or set a secret pair of your own.' },
  LIVEKIT_KEYS_INCOMPLETE: { status: 500, message: '{set} is set without {missing}.', fix: 'Set both LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or neither: a pair is then generated.' },
  SECRETS_INVALID: { status: 500, message: 'The keys in {file} cannot be used: {reason}.', fix: 'Restore {file} from a copy, or remove it: the next start makes new keys.' },
  LIVEKIT_SERVER_MISSING: { status: 500, message: 'There is no livekit-server on PATH or in the data folder.', fix: 'Run `npm start`, which brings it; or put one on PATH; or set LIVEKIT_URL to a server that runs elsewhere.' },
  SERVICE_FAILED: { status: 500, message: 'The service {service} did not start: {reason}.', fix: 'Its last lines are above and in logs/{service}.log of the data folder; `npm run doctor` checks its parts.' },
  REQUEST_INVALID: { status: 400, message: 'The request is not valid: {reason}.', fix: 'Send the fields that the API description at /docs lists.' },
  NOT_FOUND: { status: 404, message: 'There is nothing at {path}.', fix: 'See /docs for the routes of this service.' },
  TOO_MANY_REQUESTS: { status: 429, message: 'Too many requests.', fix: 'Wait {seconds} s and try again.', retryable: true },
  CONFIG_NOTHING_BEFORE: { status: 500, message: 'There are no settings of {section} before these.', fix: 'Only what `eloquence {section} configure` has replaced can be put back.' },
  OVERLOADED: { status: 503, message: '{what} has more to do than it can.', fix: 'Try again in {seconds} s; where it goes on, give the machine more cores or add a server (docs/operations.md).', retryable: true },
  BODY_TOO_LARGE: { status: 413, message: 'The body is larger than {limit}.', fix: 'Send less at once.' },
  UNAUTHORIZED: { status: 401, message: 'This route needs a valid credential.', fix: 'Send a bearer token that opens it: docs/access.md says which, and how to get one.' },
  FORBIDDEN: { status: 403, message: 'This credential does not open this.', fix: 'Use the credential of whose it is, or of a role that may: docs/access.md lists them.' },
  INVITATION_NEEDED: { status: 401, message: 'One comes in here by invitation.', fix: 'Open the link of your invitation, or ask for one.' },
  INVITATION_INVALID: { status: 403, message: 'This invitation is not valid, or no longer.', fix: 'Ask for a new one.' },
  ENGINE_UNAVAILABLE: { status: 503, message: 'The engine {engine} is not available: {reason}.', fix: 'It is started again by itself; `npm run doctor` shows why it ended.', retryable: true },
  ENGINE_FAILED: { status: 502, message: 'The engine {engine} failed: {reason}.', fix: 'Try again; if it goes on, run `npm run doctor`.', retryable: true },
  AUDIO_EMPTY: { status: 400, message: 'There is no audio in the request.', fix: 'Send a recording as the body, or as the multipart field `file`.' },
  AUDIO_UNREADABLE: { status: 400, message: 'The audio cannot be read: {reason}.', fix: 'Send WAV, or any format that ffmpeg reads, whole.' },
  AUDIO_TOO_LONG: { status: 413, message: 'The audio is longer than {minutes} minutes.', fix: 'Cut it into parts, or raise inference.maxAudioMinutes.' },
  FFMPEG_MISSING: { status: 501, message: 'The format {format} needs ffmpeg, which is not installed.', fix: 'Use WAV or PCM, or install ffmpeg (`apt-get install ffmpeg`).' },
  SPEECH_EMPTY: { status: 400, message: 'There is nothing in the text that can be said.', fix: 'Send words; emoji, markup and marks alone are not spoken.' },
  SPEECH_TOO_LONG: { status: 400, message: 'The text is longer than {limit} characters.', fix: 'Send it clause by clause, or in parts of at most {limit} characters.' },
  SPEECH_LEVEL_UNKNOWN: { status: 400, message: 'There is no speech level {level}.', fix: 'Use one of {known}, or leave `model` out.' },
  SPEECH_UNAVAILABLE: { status: 503, message: 'No voice is available: {reason}.', fix: 'Try again in a moment; `npm run doctor` shows which voice is missing and why.', retryable: true },
  SPEECH_INTERRUPTED: { status: 502, message: 'The voice {level} failed after {samples} samples.', fix: 'Ask again for the clause that was not heard; another voice goes on.', retryable: true },
  LLM_NOT_CONFIGURED: { status: 503, message: 'No language model is configured.', fix: 'Set MISTRAL_API_KEY, SCALEWAY_SECRET_KEY or OPENAI_API_KEY, or switch on llm.providers.local; without one the scripted coach leads.' },
  LLM_REFUSED: { status: 502, message: 'The language model {provider} refused the request (status {status}).', fix: 'Check its key, its quota and the model name (llm.model).' },
  LLM_FAILED: { status: 502, message: 'The language model {provider} failed: {reason}.', fix: 'Try again; if it goes on, look at the provider’s status page.', retryable: true },
  LLM_TIMEOUT: { status: 504, message: 'The language model {provider} said nothing for {ms} ms.', fix: 'Try again, or raise firstTokenDeadline and stallDeadline of llm.providers.{provider}.', retryable: true },
  LLM_MODEL_MISSING: { status: 500, message: 'There is no language model file {file}.', fix: 'Put a GGUF file there and name it in llm.providers.local.model, or set llm.providers.local.enabled to false.' },
  LLM_TOO_LONG: { status: 413, message: 'What is asked is longer than the {limit} tokens that the language model {provider} takes.', fix: 'Send less, or raise llm.providers.local.contextTokens.' },
  LLM_TOOLS_UNSUPPORTED: { status: 400, message: 'The language model {provider} calls no tools.', fix: 'Leave `tools` out, or configure a provider that calls them.' },
  LLM_SCHEMA_INVALID: { status: 400, message: 'The JSON schema of response_format is not taken at {path}: {reason}.', fix: 'docs/language-models.md lists the keywords and the limits.' },
  LLM_REPLY_MISFIT: { status: 502, message: 'The language model {provider} answered what does not fit the JSON schema.', fix: 'Try again, make the schema simpler, or raise max_tokens: a reply that is cut short fits none.', retryable: true },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, message: 'The content type {type} is not understood here.', fix: 'Send the content type that the API description at /docs names for this route.' },
  EXERCISE_UNKNOWN: { status: 404, message: 'There is no exercise {exercise}.', fix: 'Choose one of: {known}.' },
  PERSONA_UNKNOWN: { status: 404, message: 'There is no coach {persona}.', fix: 'Choose one of: {known}.' },
  SESSION_UNKNOWN: { status: 404, message: 'There is no session {session}.', fix: 'It never began here, or was kept long enough (sessions.keepDays): ask for a new token.' },
  SESSION_ERASED: { status: 410, message: 'The session {session} was erased.', fix: 'Nothing: what is left of it elsewhere must go, too.' },
  SESSION_OVER: { status: 409, message: 'The session {session} is over.', fix: 'Ask for a new token: it begins another one.' },
  LEASE_HELD: { status: 409, message: 'The session {session} has a coach.', fix: 'Leave the room to it.' },
  LEASE_LOST: { status: 409, message: 'Another coach has taken up the session {session}.', fix: 'Leave the room to it; what you still have to tell is taken.' },
  EVENTS_GAP: { status: 409, message: 'Events are missing before these: {expected} comes next.', fix: 'Send the events from {expected} on.', retryable: true },
  RECORDING_UNKNOWN: { status: 404, message: 'There is no such recording.', fix: 'It was not agreed to, is not there yet, or was kept long enough (sessions.keepRecordingsDays).' },
  RECORDING_REFUSED: { status: 409, message: 'Nobody agreed to a recording of the session {session}.', fix: 'Remove it.' },
  DATABASE_BUSY: { status: 503, message: 'The database is busy.', fix: 'Try again; if it goes on, see who else holds it open.', retryable: true },
  DATABASE_FULL: { status: 507, message: 'The database has no room left.', fix: 'Free some space on its disk: nothing is lost meanwhile.', retryable: true },
  DATABASE_UNREACHABLE: { status: 503, message: 'The database cannot be reached.', fix: 'See that it runs, and that DATABASE_URL names it rightly; the log says why.', retryable: true },
  DATABASE_NEWER: { status: 500, message: 'The database {database} was made by a newer Eloquence.', fix: 'Run that version or a later one, or restore the copy made before the update.' },
  DATABASE_UNUSABLE: { status: 500, message: 'The database {database} cannot be used: {reason}.', fix: 'Restore it from a copy, or move it away: a new one is made.' },
  BLOBS_UNAVAILABLE: { status: 503, message: 'Recordings cannot be kept or read now.', fix: 'See to the folder or to the S3 settings (sessions.blobs); the log says why.', retryable: true },
  ROOM_BUSY: { status: 409, message: 'The room {room} is in the middle of another exercise, {exercise}.', fix: 'Leave `room` out to get a room of your own, or ask for the exercise that the room is in.' },
  DATA_UNWRITABLE: { status: 507, message: 'The data folder {folder} cannot be written: {reason}.', fix: 'Free some space there, or give this user the right to write; ELOQUENCE_HOME names another folder.', retryable: true },
  LIVEKIT_UNREACHABLE: { status: 503, message: 'The media server at {url} does not answer.', fix: 'Start it (`npm start` does), or correct livekit.url (LIVEKIT_URL).', retryable: true },
  LIVEKIT_REFUSED: { status: 502, message: 'The media server at {url} refuses our key or request: {reason}.', fix: 'Give livekit-server and the services the same LIVEKIT_API_KEY and LIVEKIT_API_SECRET.' },
  WEBHOOK_UNSIGNED: { status: 401, message: 'The webhook is not signed with our LiveKit key.', fix: 'Set webhook.api_key of livekit-server to the LIVEKIT_API_KEY of this service.' },
  NODE_TOO_OLD: { status: 500, message: 'Node {version} is too old.', fix: 'Install Node 20.19 or newer; it only starts the set-up, which brings its own Node 24.' },
  DEPENDENCIES_FAILED: { status: 500, message: 'npm could not install the dependencies.', fix: 'Put right what npm names (network, registry, disk, rights), then run the same command: it goes on from npm’s cache.', retryable: true },
  SETUP_HOME_UNWRITABLE: { status: 500, message: 'The data folder {folder} cannot be written: {reason}.', fix: 'Give the folder to this user, or set ELOQUENCE_HOME to another one.' },
  SETUP_DISK_FULL: { status: 500, message: 'The disk of {folder} is full: {free} are free.', fix: 'Make room (set-up needs about 2 GB), or set ELOQUENCE_HOME to a folder on another disk; then run the same command: it goes on where it stopped.' },
  SETUP_PROGRAM_MISSING: { status: 500, message: 'A program is missing: {program}.', fix: 'Type `{command}`, or install it with this system’s own package manager.' },
  SETUP_SOURCE_UNAVAILABLE: { status: 500, message: 'No source gave {file}: {reasons}.', fix: 'See to the network and to the settings of npm and pip, or put the file into a folder that ELOQUENCE_MODELS names (docs/setup.md).', retryable: true },
  SETUP_LOCAL_FILE_WRONG: { status: 500, message: 'The local file {file} is not the one that is wanted: {reason}.', fix: 'Replace it by the right one, or remove it to have it fetched.' },
  SETUP_BUILD_FAILED: { status: 500, message: 'Building {what} failed: {reason}.', fix: 'logs/setup.log in the data folder has all that the build printed; run the same command again when that is put right.' },
  SETUP_LIVEKIT_UNAVAILABLE: { status: 500, message: 'There is no livekit-server, and none could be brought: {reasons}.', fix: 'Set LIVEKIT_URL to a server that runs elsewhere, put livekit-server on PATH, or give this machine a network that reaches GitHub, the Go module proxy or PyPI.', retryable: true },
  SETUP_FAILED: { status: 500, message: 'The set-up failed: {reason}.', fix: 'logs/setup.log in the data folder has what its programs printed; run the same command again: it goes on where it stopped.', retryable: true },
  SESSION_UNPLAYABLE: { status: 500, message: 'The session {session} holds no exercise that this version can play.', fix: 'Run `npm run eloquence exercise check` and start a new session.' },
  INTERNAL: { status: 500, message: 'Something failed on our side.', fix: 'Try again; if it goes on, run `npm run doctor` and look at the log line with this request id.', retryable: true },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** What an error looks like on the wire, in every service. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly fix: string; readonly retryable: boolean };
}

/** An error from the table. Its message never contains a key or a learner's words: details are names, numbers and limits. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** What to do about it. */
  readonly fix: string;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(fill(ERRORS[code].message, details), options);
    this.name = 'CodedError';
    this.code = code;
    this.details = details;
    this.fix = fill(this.entry.fix, details);
  }

  /** The error that another of our services answered with; INTERNAL when its code is none of ours. */
  static fromBody({ error }: ErrorBody): CodedError {
    const code = Object.hasOwn(ERRORS, error.code) ? (error.code as ErrorCode) : 'INTERNAL';
    return Object.assign(new CodedError(code), { message: error.message, fix: error.fix });
  }

  get entry(): ErrorEntry {
    return ERRORS[this.code];
  }

  get retryable(): boolean {
    return this.entry.retryable ?? false;
  }

  /** Wire form. */
  toBody(): ErrorBody {
    return { error: { code: this.code, message: this.message, fix: this.fix, retryable: this.retryable } };
  }
}

export function isCodedError(error: unknown, code?: ErrorCode): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code);
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}
