import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** What the fake does with a request. Tokens are the reply's words, one a chunk. */
export type LlmBehaviour =
  | { readonly kind: 'reply'; readonly text: string | ((request: RecordedChat) => string) }
  | { readonly kind: 'tool'; readonly name: string; readonly args: unknown }
  /** Sends the first `after` tokens of `text`, then nothing more, and keeps the connection. 0: not even headers. */
  | { readonly kind: 'stall'; readonly after: number; readonly text?: string }
  /** Destroys the connection after so many tokens. 0: before any answer. */
  | { readonly kind: 'cut'; readonly after: number; readonly text?: string }
  /** Ends politely after so many tokens, without finish_reason or [DONE]. */
  | { readonly kind: 'end-early'; readonly after: number; readonly text?: string }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** Sends the client to another address, to which it is to say all this again. */
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string }
  /** 200, and a stream whose data is this. */
  | { readonly kind: 'garbage'; readonly data: string };

export interface RecordedChat {
  readonly path: string;
  readonly authorization: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Settles when the connection of the request is closed, by whomever; true when before the reply was complete. */
  readonly closedEarly: Promise<boolean>;
}

type Dialect = 'mistral' | 'openai';

/** Fields of OpenAI's that Mistral's API answers with 422, and those that other servers do not all take. */
const REFUSED: Readonly<Record<Dialect, readonly string[]>> = {
  mistral: ['max_completion_tokens', 'store', 'stream_options', 'user', 'logit_bias', 'seed'],
  openai: ['max_completion_tokens', 'store', 'user', 'metadata'],
};

/**
 * An OpenAI- and Mistral-compatible chat server on a loopback socket, for tests: it does as it is told, request by
 * request, and records exactly what it was asked.
 */
export class FakeLlm implements AsyncDisposable {
  readonly requests: RecordedChat[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #dialect: Dialect;
  #once: LlmBehaviour[] = [];
  #always: LlmBehaviour = { kind: 'reply', text: 'Très bien, continuez.' };

  private constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  static async start({ dialect = 'mistral' }: { dialect?: Dialect } = {}): Promise<FakeLlm> {
    const fake = new FakeLlm(dialect);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  /** Without `/v1`: Mistral's library adds it; OpenAI's wants it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on, for every request. */
  always(behaviour: LlmBehaviour): void {
    this.#always = behaviour;
  }

  /** For the next requests, one each; after them as before. */
  next(...behaviours: LlmBehaviour[]): void {
    this.#once.push(...behaviours);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await readText(request)) as Record<string, unknown>;
    const closedEarly = once(response, 'close').then(() => !response.writableFinished);
    const chat: RecordedChat = { path: request.url ?? '', authorization: request.headers.authorization ?? '', body, closedEarly };
    this.requests.push(chat);
    const behaviour = this.#once.shift() ?? this.#always;
    const refused = REFUSED[this.#dialect].filter((field) => field in body);
    if (refused.length > 0) answer(response, 422, { detail: refused.map((field) => ({ type: 'extra_forbidden', loc: ['body', field] })) });
    else perform(behaviour, chat, response);
  }
}

function perform(behaviour: LlmBehaviour, chat: RecordedChat, response: ServerResponse): void {
  const { socket } = response;
  switch (behaviour.kind) {
    case 'status':
      // As bad as a provider's answer can be: it quotes all it was sent, in its headers too.
      response.setHeader('x-your-authorization', chat.authorization);
      answer(response, behaviour.status, behaviour.body ?? { error: { message: `refused: ${JSON.stringify(chat.body['messages'])} with ${chat.authorization}` } });
      break;
    case 'redirect':
      response.writeHead(behaviour.status, { location: behaviour.to }).end();
      break;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${behaviour.data}\n\n`);
      break;
    case 'reply': {
      const text = typeof behaviour.text === 'string' ? behaviour.text : behaviour.text(chat);
      if (chat.body['stream'] === true) stream(response, [...tokens(text).map((content) => ({ content })), { finish: 'stop' }], true, usageFor(chat, tokens(text).length));
      else answer(response, 200, completion(text));
      break;
    }
    case 'tool': {
      const call = { id: 'call_0001', index: 0, type: 'function', function: { name: behaviour.name, arguments: JSON.stringify(behaviour.args) } };
      stream(response, [{ content: '', tool_calls: [call] }, { finish: 'tool_calls' }], true);
      break;
    }
    case 'stall':
      if (behaviour.after > 0) stream(response, head(behaviour), false);
      break;
    case 'cut':
      if (behaviour.after > 0) stream(response, head(behaviour), false);
      setImmediate(() => socket?.destroy()); // once what was written has left
      break;
    case 'end-early':
      stream(response, head(behaviour), false);
      response.end();
  }
}

interface Delta {
  readonly content?: string;
  readonly tool_calls?: unknown;
  readonly finish?: string;
}

const tokens = (text: string): string[] => text.match(/\s*\S+/g) ?? [];
const head = ({ after, text = 'Voici une réponse qui reste au milieu de la phrase' }: { after: number; text?: string }): Delta[] => tokens(text).slice(0, after).map((content) => ({ content }));

/** OpenAI counts, in a chunk of its own, where it is asked to. */
const usageFor = ({ body }: RecordedChat, words: number): unknown =>
  (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true ? { prompt_tokens: 7, completion_tokens: words, total_tokens: 7 + words } : undefined;

function stream(response: ServerResponse, deltas: readonly Delta[], complete: boolean, usage?: unknown): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: unknown, finish: string | null): string =>
    `data: ${JSON.stringify({ id: 'fake', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  response.write(chunk({ role: 'assistant', content: '' }, null));
  for (const { finish, ...delta } of deltas) response.write(chunk({ content: '', ...delta }, finish ?? null));
  if (usage !== undefined) response.write(`data: ${JSON.stringify({ id: 'fake', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [], usage })}\n\n`);
  if (complete) response.end('data: [DONE]\n\n');
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
}

const completion = (text: string): unknown => ({
  id: 'fake',
  object: 'chat.completion',
  created: 1,
  model: 'fake',
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
