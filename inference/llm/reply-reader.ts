import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { ChatChunk, ChatProvider, ChatRequest } from './provider.ts';

/**
 * One provider's reply, read against deadlines. What comes before the first token is kept, so that until then another
 * provider can be asked without the client having seen anything.
 */
export class ReplyReader implements AsyncIterable<ChatChunk> {
  readonly provider: string;
  readonly #abort = new AbortController();
  readonly #chunks: AsyncIterator<ChatChunk>;
  readonly #head: ChatChunk[] = [];
  readonly #options: { readonly signal: AbortSignal; readonly stallDeadline: number; readonly clock: Clock };
  readonly #release: () => void;
  #finished = false;

  constructor(provider: ChatProvider, request: ChatRequest, options: { signal: AbortSignal; stallDeadline: number; clock: Clock }) {
    this.provider = provider.name;
    this.#options = options;
    const abort = (): void => this.#abort.abort(options.signal.reason);
    options.signal.addEventListener('abort', abort, { once: true });
    this.#release = () => options.signal.removeEventListener('abort', abort);
    if (options.signal.aborted) abort();
    this.#chunks = provider.stream(request, this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** Resolves when there is something to say. Failing, it has cancelled the request. */
  async firstToken(deadline: number): Promise<void> {
    const { clock } = this.#options;
    const due = clock.now() + deadline;
    try {
      for (;;) {
        const chunk = await this.#next(due - clock.now(), deadline);
        if (chunk === undefined) throw this.#brokenOff();
        this.#head.push(chunk);
        if (chunk.choices.some(({ delta, finish_reason }) => delta.content || delta.tool_calls || finish_reason)) return;
      }
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatChunk, void> {
    const { stallDeadline } = this.#options;
    try {
      yield* this.#head;
      for (;;) {
        const chunk = await this.#next(stallDeadline, stallDeadline);
        if (chunk === undefined) break;
        yield chunk;
      }
      if (!this.#finished) throw this.#brokenOff();
    } finally {
      this.#end();
    }
  }

  async #next(ms: number, deadline: number): Promise<ChatChunk | undefined> {
    const { clock } = this.#options;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(ms, () => reject(new CodedError('LLM_TIMEOUT', { provider: this.provider, ms: deadline })));
    const next = this.#chunks.next();
    next.catch(() => undefined); // when it is late, nobody waits for it any more
    try {
      const read = await Promise.race([next, late]);
      if (read.done === true) return undefined;
      const value: unknown = read.value;
      if (!isChunk(value)) throw new CodedError('LLM_FAILED', { provider: this.provider, reason: 'it answered something that is no chat' });
      this.#finished ||= value.choices.some(({ finish_reason }) => finish_reason);
      return value;
    } finally {
      cancel();
    }
  }

  #brokenOff(): CodedError {
    return new CodedError('LLM_FAILED', { provider: this.provider, reason: 'its answer broke off' });
  }

  #end(): void {
    this.#release();
    this.#abort.abort();
    void this.#chunks.return?.().catch(() => undefined);
  }
}

/** Some servers answer 200 with anything at all. */
function isChunk(value: unknown): value is ChatChunk {
  const choices: unknown = isObject(value) ? value['choices'] : undefined;
  return Array.isArray(choices) && choices.every((choice) => isObject(choice) && isObject(choice['delta']));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
