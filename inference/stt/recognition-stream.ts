import { Readable } from 'node:stream';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import { Resampler } from '../audio/resampler.ts';
import { PRIORITY, type Priority } from '../process/compute-gate.ts';
import { AudioTail } from './audio-tail.ts';
import { CurrentUtterance, type TranscriptRequest, type UtteranceHost } from './current-utterance.ts';
import { initialState, LEAST_VOICED, next, type EndpointerAction, type EndpointerEvent, type EndpointerOptions, type EndpointerState } from './endpointer.ts';
import { STT_SAMPLE_RATE, type RecognitionStream, type StreamOptions } from './engine.ts';
import { toFloat, toPcm } from './pcm.ts';
import { freshMemory, VAD_WINDOW, type VadMemory } from './vad.ts';
import type { VoiceReply } from './vad-process.ts';
import type { Utterance, UtteranceRequest } from './whisper-process.ts';

/** What a stream needs of an engine: utterances of up to 30 s, and the detector of voice. */
export interface UtteranceRecogniser {
  /** Whether others wait for the machine: then nobody computes what is only nice to have. */
  busy(): boolean;
  recognise(request: UtteranceRequest, priority: Priority, signal?: AbortSignal): Promise<Utterance>;
  voice(audio: Int16Array, memory: VadMemory, signal?: AbortSignal): Promise<VoiceReply>;
  /** Resolves when it can be used, after however many restarts. */
  recovered(signal: AbortSignal): Promise<void>;
}

const WINDOW_MS = (VAD_WINDOW / STT_SAMPLE_RATE) * 1000;
const ENDPOINT_MS = 300;
const LONGEST_MS = 25_000;
/** Windows judged in one go where audio has piled up. */
const MOST_WINDOWS = 32;
/** Audio kept while the engine is being started again: the last two minutes. What is older is lost. */
const KEPT_SAMPLES = 120 * STT_SAMPLE_RATE;

/**
 * Speech to text as it is spoken. One loop reads the audio in order and waits for each result before it goes on, so
 * messages are in order by construction; partials and preflights run beside it and are dropped when they come too late.
 *
 * When the engine dies the client is told once, what was said since the last result is kept, and the loop goes on where
 * it was as soon as the engine is back.
 */
export class UtteranceStream implements RecognitionStream {
  readonly #engine: UtteranceRecogniser;
  readonly #options: StreamOptions;
  readonly #endpoints: EndpointerOptions;
  readonly #host: UtteranceHost;
  readonly #messages = new Readable({ objectMode: true, read: () => undefined });
  readonly #abort = new AbortController();
  readonly #resampler: Resampler | undefined;
  readonly #audio = new AudioTail(KEPT_SAMPLES);
  #memory = freshMemory();
  #state: EndpointerState = initialState;
  #current: CurrentUtterance | undefined;
  /** Sample up to which the detector has listened. */
  #listened = 0;
  #ending = false;
  /** Nothing more is told. */
  #over = false;
  #wake: () => void = () => undefined;
  #outage = false;

  constructor(engine: UtteranceRecogniser, options: StreamOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#endpoints = { endpoint: Math.round((options.endpointMs ?? ENDPOINT_MS) / WINDOW_MS), longest: Math.floor(LONGEST_MS / WINDOW_MS) };
    this.#resampler = options.sampleRate === STT_SAMPLE_RATE ? undefined : new Resampler(options.sampleRate, STT_SAMPLE_RATE);
    this.#host = {
      words: options.words,
      preflight: options.preflight,
      busy: () => engine.busy(),
      recognise: (request, signal) => this.#recognise(request, signal),
      tell: (message) => this.#tell(message),
    };
    this.#messages.once('close', () => this.close());
    void this.#run();
  }

  push(pcm: Int16Array): void {
    if (this.#ending) return;
    this.#audio.append(this.#resampled(pcm));
    this.#wake();
  }

  end(): void {
    if (this.#ending) return;
    if (this.#resampler) this.#audio.append(toPcm(this.#resampler.flush()));
    this.#audio.append(new Int16Array(-this.#audio.end & (VAD_WINDOW - 1))); // silence fills the last window
    this.#ending = true;
    this.#wake();
  }

  close(): void {
    this.#ending = true;
    this.#abort.abort(new Error('the stream was closed'));
    this.#wake();
    this.#finishMessages();
  }

  [Symbol.asyncIterator](): AsyncIterator<SttServerMessage> {
    return this.#messages[Symbol.asyncIterator]() as AsyncIterator<SttServerMessage>;
  }

  #resampled(pcm: Int16Array): Int16Array {
    return this.#resampler ? toPcm(this.#resampler.push(toFloat(pcm))) : pcm;
  }

  async #run(): Promise<void> {
    try {
      await this.#listen();
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#tell({ error: coded(error).toBody().error });
    }
    this.#finishMessages();
  }

  #finishMessages(): void {
    if (this.#over) return;
    this.#over = true;
    this.#messages.push(null);
  }

  async #listen(): Promise<void> {
    for (;;) {
      this.#skipWhatIsLost();
      const windows = Math.min(MOST_WINDOWS, Math.floor((this.#audio.end - this.#listened) / VAD_WINDOW));
      if (windows > 0) await this.#hear(windows);
      else if (this.#ending) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#abort.signal.throwIfAborted();
    }
    await this.#advance({ kind: 'end' });
  }

  async #hear(windows: number): Promise<void> {
    const audio = this.#audio.slice(this.#listened, this.#listened + windows * VAD_WINDOW);
    const { probabilities, memory } = await this.#persistently((signal) => this.#engine.voice(audio, this.#memory, signal));
    this.#memory = memory;
    this.#listened += audio.length;
    for (const probability of probabilities) await this.#advance({ kind: 'window', probability });
    const caughtUp = this.#audio.end - this.#listened < VAD_WINDOW;
    if (caughtUp) this.#current?.speculate(this.#state.kind, this.#listened);
  }

  async #advance(event: EndpointerEvent): Promise<void> {
    const { state, actions } = next(this.#state, event, this.#endpoints);
    this.#state = state;
    for (const action of actions) {
      switch (action.kind) {
        case 'began':
          this.#current = new CurrentUtterance(this.#host, action.from * VAD_WINDOW);
          break;
        case 'resumed':
          this.#current?.resume();
          break;
        case 'ended':
          await this.#finish(action);
      }
    }
    if (state.kind === 'silence') this.#audio.dropBefore(this.#listened - STT_SAMPLE_RATE);
  }

  async #finish({ to, voiced, goesOn }: Extract<EndpointerAction, { kind: 'ended' }>): Promise<void> {
    const current = this.#current;
    if (!current) return;
    if (goesOn) current.resume();
    const early = await current.finish();
    const utterance = voiced < LEAST_VOICED ? undefined : (early ?? (await this.#insist(current, to * VAD_WINDOW)));
    this.#tell({ text: utterance?.text ?? '', ...(this.#options.words && { result: utterance ? current.placed(utterance) : [] }) });
    this.#current = undefined;
    this.#audio.dropBefore(to * VAD_WINDOW);
  }

  /** The final transcript, whatever it takes. An engine that is there and still fails twice has lost the utterance. */
  async #insist(current: CurrentUtterance, to: number): Promise<Utterance | undefined> {
    try {
      return await this.#persistently((signal) => current.transcribe(to, { words: this.#options.words, priority: PRIORITY.finalTranscript }, signal));
    } catch (error) {
      this.#abort.signal.throwIfAborted();
      this.#tell({ error: coded(error).toBody().error });
      return undefined;
    }
  }

  async #recognise({ from, to, priority, ...request }: TranscriptRequest, signal?: AbortSignal): Promise<Utterance> {
    const either = signal ? AbortSignal.any([signal, this.#abort.signal]) : this.#abort.signal;
    try {
      const utterance = await this.#engine.recognise({ audio: this.#audio.slice(from, to), language: this.#options.language, ...request }, priority, either);
      this.#outage = false;
      return utterance;
    } catch (error) {
      this.#tellOutage(error);
      throw error;
    }
  }

  /** The client hears of an outage once. */
  #tellOutage(error: unknown): void {
    if (!isCodedError(error, 'ENGINE_UNAVAILABLE') || this.#outage) return;
    this.#outage = true;
    this.#tell({ error: error.toBody().error });
  }

  /** Does `work` again after an outage of the engine, once it is back, and after one other failure. */
  async #persistently<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { signal } = this.#abort;
    for (let failures = 0; ; ) {
      try {
        return await work(signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#tellOutage(error);
        if (!isCodedError(error, 'ENGINE_UNAVAILABLE') && ++failures === 2) throw error;
        await this.#engine.recovered(signal);
      }
    }
  }

  /** After a long outage the oldest audio is gone: the stream goes on with what there is. */
  #skipWhatIsLost(): void {
    const lost = Math.ceil((this.#audio.start - this.#listened) / VAD_WINDOW);
    if (lost <= 0) return;
    this.#listened += lost * VAD_WINDOW;
    const window = this.#listened / VAD_WINDOW;
    this.#state = { kind: 'silence', window, after: window };
    this.#current = undefined;
  }

  #tell(message: SttServerMessage): void {
    if (!this.#over) this.#messages.push(message);
  }
}

function coded(error: unknown): CodedError {
  return error instanceof CodedError ? error : new CodedError('INTERNAL', {}, { cause: error });
}
