import Value from 'typebox/value';
import { delay, type Clock } from '../../core/clock.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import { SttServerMessage } from '../../protocol/stt-stream.ts';
import { AudioTail } from './audio-tail.ts';
import { later, type EngineStream, type Heard, type RecognitionStream, type StreamOptions } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { nobody, someoneUsable, type Link } from './link.ts';
import { StallWatch } from './stall-watch.ts';

export interface ChainOptions {
  readonly clock: Clock;
  /** An engine that owes something and shows no sign of life for so long has failed, ms. */
  readonly stall: number;
}

/** Audio kept for another engine: the last ten minutes. What is older is lost. */
const KEPT_SECONDS = 600;
/** Audio that is given to another engine at once, seconds. */
const PIECE_SECONDS = 0.25;
/** Less audio than this an engine may leave until more comes, seconds. */
const PENDING_SECONDS = 0.1;
/** Wait before the engine that has just failed is asked again, ms. */
const AGAIN = 500;

/**
 * A stream that outlives the engines it is heard by. It keeps the audio that has no result yet; when an engine fails,
 * hangs or tells what is none of its protocol, the next that can goes on from there: nothing is lost and nothing told
 * twice. When a better one is back, it takes over after the next result. Where nobody can, the client is told once, and
 * the stream waits.
 */
export class ChainedStream implements RecognitionStream {
  readonly #links: readonly Link[];
  readonly #options: StreamOptions;
  readonly #chain: ChainOptions;
  readonly #messages = new EventQueue<SttServerMessage>(() => this.close());
  readonly #abort = new AbortController();
  readonly #audio: AudioTail;
  #current: { readonly stream: EngineStream; readonly watch: StallWatch; /** Where it begins. */ readonly origin: number; listened: number } | undefined;
  /** Sample up to which all has been told. */
  #settled = 0;
  #ended = false;
  readonly #end = Promise.withResolvers<undefined>();
  #outage = false;
  /** Times in a row that an engine was there and could make nothing of what comes next. */
  #refusals = 0;
  /** What the client takes for the words so far, and whether it was told that they may be the result. */
  #shown = { partial: '', preflight: false };

  /** @param links at least one, the best first */
  constructor(links: readonly Link[], options: StreamOptions, chain: ChainOptions) {
    this.#links = links;
    this.#options = options;
    this.#chain = chain;
    this.#audio = new AudioTail(KEPT_SECONDS * options.sampleRate);
    void this.#run().then(() => this.#messages.end(), (error: unknown) => this.#giveUp(error));
  }

  push(pcm: Int16Array): void {
    if (this.#ended) return;
    this.#audio.append(pcm);
    this.#current?.stream.push(pcm);
    this.#watch();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end.resolve(undefined);
    this.#current?.stream.end();
    this.#watch();
  }

  close(): void {
    this.#ended = true;
    this.#abort.abort(new Error('the stream was closed'));
    this.#current?.stream.close();
    this.#messages.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<SttServerMessage> {
    return this.#messages[Symbol.asyncIterator]();
  }

  async #run(): Promise<void> {
    let failed: Link | undefined;
    while (!this.#allTold()) {
      const link = await this.#next(failed);
      this.#abort.signal.throwIfAborted();
      try {
        if ((await this.#hearBy(link)) === 'all') return;
        failed = undefined;
      } catch (error) {
        this.#abort.signal.throwIfAborted();
        failed = link;
        await link.failed(error);
        this.#withdraw();
        if (isCodedError(error, 'ENGINE_FAILED')) this.#refused(error);
      } finally {
        this.#current?.watch.clear();
        this.#current = undefined;
      }
    }
  }

  /** An engine that was sent nothing but an end still has a say. */
  #allTold(): boolean {
    return this.#ended && this.#audio.end > 0 && this.#settled === this.#audio.end;
  }

  /** The first that can; the one that has just failed only where no other can. */
  async #next(failed: Link | undefined): Promise<Link> {
    const { clock } = this.#chain;
    const { signal } = this.#abort;
    for (;;) {
      const usable = this.#links.filter((link) => link.usable());
      const link = usable.find((other) => other !== failed) ?? usable[0];
      if (link !== undefined && link === failed) await delay(AGAIN, { clock, signal });
      if (link !== undefined) return link;
      if (!this.#outage) this.#messages.tell({ error: nobody().toBody().error });
      this.#outage = true;
      await someoneUsable(this.#links, { clock, signal, until: (over) => this.#patience(over) });
    }
  }

  /** Who has said all does not wait for ever. */
  async #patience(signal: AbortSignal): Promise<never> {
    await this.#end.promise;
    await delay(this.#chain.stall, { clock: this.#chain.clock, signal });
    throw nobody();
  }

  /** @returns whether `all` was told, or a `better` engine is back */
  async #hearBy(link: Link): Promise<'all' | 'better'> {
    const stream = link.engine.stream(this.#options);
    const watch = new StallWatch({ clock: this.#chain.clock, ms: this.#chain.stall, onStall: () => stream.close() });
    const origin = Math.max(this.#settled, this.#audio.start);
    this.#current = { stream, watch, origin, listened: origin };
    const piece = Math.round(PIECE_SECONDS * this.#options.sampleRate);
    for (let from = origin; from < this.#audio.end; from += piece) stream.push(this.#audio.slice(from, from + piece));
    if (this.#ended) stream.end();
    this.#watch();

    for await (const heard of stream) {
      this.#current.listened = origin + heard.listened;
      watch.clear();
      this.#take(heard, origin, link);
      this.#watch();
      const isResult = heard.message !== undefined && 'text' in heard.message;
      if (isResult && this.#links.find((other) => other === link || other.usable()) !== link) return 'better';
    }
    if (watch.stalled) throw new CodedError('ENGINE_FAILED', { engine: link.engine.name, reason: 'it gave no sign of life' });
    if (!this.#ended || this.#settled < this.#audio.end) throw new CodedError('ENGINE_UNAVAILABLE', { engine: link.engine.name, reason: 'its stream ended early' });
    return 'all';
  }

  #watch(): void {
    if (this.#current === undefined) return;
    const { watch, listened } = this.#current;
    if (this.#ended || this.#audio.end - listened > PENDING_SECONDS * this.#options.sampleRate) watch.owe();
  }

  #take({ settled, message }: Heard, origin: number, link: Link): void {
    if (message !== undefined) {
      if (!isSound(message)) throw new CodedError('ENGINE_FAILED', { engine: link.engine.name, reason: 'what it tells is no transcript' });
      this.#tell(shifted(message, origin / this.#options.sampleRate));
      if ('text' in message) {
        link.worked();
        this.#outage = false;
        this.#refusals = 0;
      }
    }
    this.#settled = Math.max(this.#settled, Math.min(origin + settled, this.#audio.end));
    this.#audio.dropBefore(this.#settled);
  }

  #tell(message: SttServerMessage): void {
    if ('partial' in message) this.#shown = { partial: message.partial, preflight: false };
    else if ('preflight' in message) this.#shown.preflight = true;
    else if ('text' in message) this.#shown = { partial: '', preflight: false };
    this.#messages.tell(message);
  }

  /** What was announced as the result is none. */
  #withdraw(): void {
    if (this.#shown.preflight) this.#tell({ partial: this.#shown.partial });
  }

  /** What each engine was given twice in vain is lost: the stream goes on after it. */
  #refused(error: CodedError): void {
    this.#refusals += 1;
    if (this.#refusals < 2 * this.#links.length) return;
    this.#refusals = 0;
    this.#settled = this.#audio.end;
    this.#messages.tell({ error: error.toBody().error });
    this.#tell({ text: '', ...(this.#options.words && { result: [] }) });
  }

  #giveUp(error: unknown): void {
    if (!this.#abort.signal.aborted) this.#messages.tell({ error: (error instanceof CodedError ? error : new CodedError('INTERNAL', {}, { cause: error })).toBody().error });
    this.#messages.end();
  }
}

/** A message of the protocol with words that follow each other. */
function isSound(message: unknown): boolean {
  if (!Value.Check(SttServerMessage, message) || 'error' in message) return false;
  const words = 'result' in message ? (message.result ?? []) : [];
  return words.every(({ start, end }, index) => start <= end && start >= (words[index - 1]?.start ?? 0));
}

function shifted(message: SttServerMessage, seconds: number): SttServerMessage {
  return 'result' in message ? { ...message, result: message.result.map((word) => later(word, seconds)) } : message;
}
