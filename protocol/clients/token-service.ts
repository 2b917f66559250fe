import Type from 'typebox';
import { ExerciseList } from '../exercise-view.ts';
import { Health } from '../health.ts';
import { EventReceipt, KeptEvent, type EventBatch } from '../session-events.ts';
import { Lease } from '../session-lease.ts';
import { LearnerErased, LearnerExport } from '../learner-data.ts';
import { SessionList, SessionReview } from '../session-review.ts';
import { TokenReply, type TokenRequest } from '../token.ts';
import { callService, readReply, unreachable } from './service-call.ts';

const SERVICE = 'token-service';

export interface RecordingUpload {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly contentType: string;
  readonly body: ReadableStream<Uint8Array>;
}

const sessionPath = (session: string, part: string): string => `/sessions/${encodeURIComponent(session)}/${part}`;

/** The token service's routes, typed. All throw the service's own coded error, or ENGINE_UNAVAILABLE where nobody answers. */
export class TokenServiceClient {
  readonly #url: URL;
  readonly #serviceToken: string | undefined;

  /**
   * @param url base address, e.g. `http://127.0.0.1:7881`
   * @param serviceToken what services show each other; learners have none
   */
  constructor(url: string | URL, { serviceToken }: { serviceToken?: string } = {}) {
    this.#url = new URL(url);
    this.#serviceToken = serviceToken;
  }

  async requestToken(request: TokenRequest, signal?: AbortSignal): Promise<TokenReply> {
    return readReply(SERVICE, TokenReply, await this.#send('POST', '/token', request, signal));
  }

  /**
   * Takes the lease of a session, for a coach.
   * @throws CodedError LEASE_HELD, SESSION_OVER, SESSION_UNKNOWN, SESSION_ERASED
   */
  async claim(session: string, holder: string, signal?: AbortSignal): Promise<Lease> {
    return readReply(SERVICE, Lease, await this.#send('POST', sessionPath(session, 'lease'), { holder }, signal));
  }

  /** @throws CodedError LEASE_LOST when another coach has the session. */
  async renew(session: string, term: number, signal?: AbortSignal): Promise<void> {
    await this.#send('PUT', sessionPath(session, 'lease'), { term }, signal);
  }

  /** Gives the lease back. @throws CodedError LEASE_LOST for a term that is over */
  async release(session: string, term: number, signal?: AbortSignal): Promise<void> {
    await this.#send('DELETE', sessionPath(session, 'lease'), { term }, signal);
  }

  /** @throws CodedError EVENTS_GAP, SESSION_UNKNOWN, SESSION_ERASED */
  async postEvents(session: string, batch: EventBatch, signal?: AbortSignal): Promise<EventReceipt> {
    return readReply(SERVICE, EventReceipt, await this.#send('POST', sessionPath(session, 'events'), batch, signal));
  }

  /** All that happened in a session so far, in order. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  async events(session: string, signal?: AbortSignal): Promise<KeptEvent[]> {
    return readReply(SERVICE, Type.Array(KeptEvent), await this.#call(sessionPath(session, 'events'), { headers: this.#authorization(), signal: signal ?? null }));
  }

  /** Sessions, newest first: of one learner, or of all. `before`: the `next` of the page before. */
  async sessions({ learner, before }: { learner?: string; before?: string } = {}): Promise<SessionList> {
    const query = new URLSearchParams({ limit: '100', ...(learner === undefined ? {} : { learner }), ...(before === undefined ? {} : { before }) });
    return readReply(SERVICE, SessionList, await this.#call(`/sessions?${query.toString()}`, { headers: this.#authorization() }));
  }

  /** All that is kept of a learner; recordings are named in it. */
  async export(learner: string): Promise<LearnerExport> {
    return readReply(SERVICE, LearnerExport, await this.#call(`/learners/${encodeURIComponent(learner)}/export`, { headers: this.#authorization() }));
  }

  /** Erases a learner with all that is kept of them. @throws CodedError BLOBS_UNAVAILABLE: then once more */
  async erase(learner: string): Promise<LearnerErased> {
    return readReply(SERVICE, LearnerErased, await this.#call(`/learners/${encodeURIComponent(learner)}`, { method: 'DELETE', headers: this.#authorization() }));
  }

  /** Erases one session. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED, BLOBS_UNAVAILABLE */
  async eraseSession(session: string): Promise<void> {
    await this.#call(`/sessions/${encodeURIComponent(session)}`, { method: 'DELETE', headers: this.#authorization() });
  }

  /** A session as its learner looks back at it. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  async review(session: string, signal?: AbortSignal): Promise<SessionReview> {
    return readReply(SERVICE, SessionReview, await this.#call(`/sessions/${encodeURIComponent(session)}`, { headers: this.#authorization(), signal: signal ?? null }));
  }

  /** The sound of a term, as a file. @throws CodedError RECORDING_UNKNOWN */
  async recording(session: string, term: number, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#call(`${sessionPath(session, 'recordings')}/${String(term)}`, { headers: this.#authorization(), signal: signal ?? null });
    return body ?? new ReadableStream();
  }

  /**
   * Hands over what was recorded in a term of a session. `startedAt`: Unix ms of its first sample.
   * @throws CodedError RECORDING_REFUSED, SESSION_UNKNOWN, SESSION_ERASED
   */
  async putRecording(session: string, term: number, { startedAt, durationMs, contentType, body }: RecordingUpload): Promise<void> {
    const url = `${sessionPath(session, 'recordings')}/${String(term)}?${new URLSearchParams({ startedAt: String(startedAt), durationMs: String(durationMs), sentAt: String(Date.now()) }).toString()}`;
    await this.#call(url, { method: 'PUT', headers: { ...this.#authorization(), 'content-type': contentType }, body, duplex: 'half' });
  }

  async exercises(signal?: AbortSignal): Promise<ExerciseList> {
    return readReply(SERVICE, ExerciseList, await this.#call('/exercises', { signal: signal ?? null }));
  }

  /** Answers also when the service is down (its status then says so); throws only when nobody answers. */
  async health(signal?: AbortSignal): Promise<Health> {
    const response = await fetch(new URL('/health', this.#url), { signal: signal ?? null }).catch((cause: unknown) => {
      throw unreachable(SERVICE, cause);
    });
    return readReply(SERVICE, Health, response);
  }

  #send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    return this.#call(path, { method, headers: { ...this.#authorization(), 'content-type': 'application/json' }, body: JSON.stringify(body), signal: signal ?? null });
  }

  #authorization(): Record<string, string> {
    return this.#serviceToken === undefined ? {} : { authorization: `Bearer ${this.#serviceToken}` };
  }

  #call(path: string, init: RequestInit): Promise<Response> {
    return callService(SERVICE, new URL(path, this.#url), init);
  }
}
