import type { CodedError } from '../../core/errors.ts';
import type { PassedOver } from '../../protocol/speech.ts';
import { cacheKey, type SpeechCache } from './cache.ts';
import type { SpeechChain } from './chain.ts';
import type { UtteranceRequest } from './engine.ts';
import type { Level } from './level.ts';
import { Recording } from './recording.ts';

export interface Begun {
  readonly level: string;
  readonly cache: 'hit' | 'miss';
  /** Levels that were asked first and did not speak. */
  readonly failed: readonly PassedOver[];
}

/** A clause being made, and whoever asked for the same one in the meantime. */
interface Running {
  readonly recording: Recording;
  readonly started: Promise<Begun>;
  /** Whoever joins may be in more of a hurry: the engine looks at the priority again with each chunk. */
  readonly request: { -readonly [Field in keyof UtteranceRequest]: UtteranceRequest[Field] };
}

export interface ClauseOrder {
  readonly request: UtteranceRequest;
  /** To be asked in this order. */
  readonly candidates: readonly Level[];
  /** The level whose voice is wanted: what it has said is remembered, and no other. */
  readonly wanted: string;
  /** Whether what was said before will do. */
  readonly reuse: boolean;
  /** Whether it may be kept on disk. */
  readonly onDisk: boolean;
  /** What there is to say when there is no candidate, and nothing was remembered. */
  readonly refusal: CodedError;
}

export interface Rendering extends Begun {
  readonly audio: AsyncIterableIterator<Int16Array>;
  /** Resolves when all of it has been made; rejects as `audio` does. */
  readonly finished: Promise<void>;
}

/** Clauses of speech, each made once however many ask for it, and remembered. */
export class Renderings {
  readonly #chain: SpeechChain;
  readonly #cache: SpeechCache;
  readonly #running = new Map<string, Running>();

  constructor(chain: SpeechChain, cache: SpeechCache) {
    this.#chain = chain;
    this.#cache = cache;
  }

  /** Resolves when the first sound is there. @throws CodedError SPEECH_UNAVAILABLE, or the order's refusal */
  async render(order: ClauseOrder, signal: AbortSignal | undefined): Promise<Rendering> {
    const { request, wanted, reuse } = order;
    const key = cacheKey({ ...request, level: wanted });
    const known = reuse ? this.#cache.recall(key) : undefined;
    if (known !== undefined) return { level: wanted, cache: 'hit', failed: [], audio: Recording.of(known).read(signal), finished: Promise.resolve() };

    const current = reuse ? this.#running.get(key) : undefined;
    // A rendering that has not begun may wait behind others for long: who is in a hurry does not wait with it.
    const joins = current !== undefined && (current.recording.begun || current.request.priority <= request.priority);
    const entry = joins ? current : this.#start(order, key);
    if (request.priority < entry.request.priority) entry.request.priority = request.priority;
    const audio = entry.recording.read(signal);
    const begun = await orAborted(entry.started, signal);
    const finished = entry.recording.finished();
    finished.catch(() => undefined); // told by the audio
    return { ...begun, audio, finished };
  }

  #start(order: ClauseOrder, key: string): Running {
    const abandoned = new AbortController();
    const recording = new Recording(() => {
      if (this.#running.get(key) === entry) this.#running.delete(key); // nobody can join what is ending
      abandoned.abort();
    });
    const request = { ...order.request };
    const entry: Running = { recording, started: this.#begin({ ...order, request }, key, recording, abandoned.signal), request };
    this.#running.set(key, entry);
    void this.#settle(entry, key, order);
    return entry;
  }

  async #begin({ request, candidates, wanted, reuse, refusal }: ClauseOrder, key: string, recording: Recording, signal: AbortSignal): Promise<Begun> {
    const stored = reuse ? await this.#cache.load(key) : undefined;
    if (stored !== undefined) {
      recording.push(stored);
      recording.finish();
      return { level: wanted, cache: 'hit', failed: [] };
    }
    if (candidates.length === 0) throw refusal;
    const { level, failed } = await this.#chain.speak(request, candidates, recording, signal);
    return { level: level.name, cache: 'miss', failed };
  }

  /** Keeps what the wanted voice has said to the end. What a fallback said is not worth hearing again. */
  async #settle(entry: Running, key: string, { wanted, onDisk }: ClauseOrder): Promise<void> {
    try {
      const { level, cache: state } = await entry.started;
      await entry.recording.finished();
      if (state === 'miss' && level === wanted) await this.#cache.keep(key, entry.recording.pcm(), { onDisk });
    } catch {
      // Told to whoever listens; there is nothing to keep.
    } finally {
      if (this.#running.get(key) === entry) this.#running.delete(key);
    }
  }
}

function orAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
