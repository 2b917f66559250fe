import { Resampler } from '../audio/resampler.ts';
import { PRIORITY, type Priority } from '../process/compute-gate.ts';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import { AudioTail } from './audio-tail.ts';
import { CurrentUtterance, type TranscriptRequest, type UtteranceHost } from './current-utterance.ts';
import { initialState, LEAST_VOICED, next, type EndpointerAction, type EndpointerEvent, type EndpointerOptions, type EndpointerState } from './endpointer.ts';
import { STT_SAMPLE_RATE, type EngineStream, type Heard, type StreamOptions } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { toFloat, toPcm } from './pcm.ts';
import { SpeakersLanguage } from './speakers-language.ts';
import { freshMemory, VAD_WINDOW, type VadMemory } from './vad.ts';
import type { VoiceReply } from './vad-process.ts';
import type { Utterance, UtteranceRequest } from './whisper-process.ts';

/** What a stream needs of an engine: utterances of up to 30 s, and the detector of voice. */
export interface UtteranceRecogniser {
  /** Whether others wait for the machine: then nobody computes what is only nice to have. */
  busy(): boolean;
  recognise(request: UtteranceRequest, priority: Priority, signal?: AbortSignal): Promise<Utterance>;
  voice(audio: Int16Array, memory: VadMemory, signal?: AbortSignal): Promise<VoiceReply>;
}

const WINDOW_MS = (VAD_WINDOW / STT_SAMPLE_RATE) * 1000;
const ENDPOINT_MS = 300;
const LONGEST_MS = 25_000;
/** Windows judged in one go where audio has piled up. */
const MOST_WINDOWS = 32;
/** Audio of a silence that is kept: speech is noticed some windows after it has begun. */
const KEPT_OF_SILENCE = STT_SAMPLE_RATE;
/** A client that sends faster than is recognised is ten minutes ahead at most: what is older is lost. */
const BACKLOG = 600 * STT_SAMPLE_RATE;

/**
 * Speech to text as it is spoken, for engines that hear one utterance at a time. One loop reads the audio in order and
 * waits for each result before it goes on, so messages are in order by construction; partials and preflights run beside
 * it and are dropped when they come too late.
 */
export class UtteranceStream implements EngineStream {
  readonly #engine: UtteranceRecogniser;
  readonly #options: StreamOptions;
  readonly #speaker: SpeakersLanguage;
  readonly #endpoints: EndpointerOptions;
  readonly #host: UtteranceHost;
  readonly #events = new EventQueue<Heard>(() => this.close());
  readonly #abort = new AbortController();
  readonly #resampler: Resampler | undefined;
  readonly #audio = new AudioTail(BACKLOG);
  #memory = freshMemory();
  #state: EndpointerState = initialState;
  #current: CurrentUtterance | undefined;
  /** Sample up to which the detector has listened. */
  #listened = 0;
  /** Sample up to which all has been told. */
  #settled = 0;
  /** Samples received, at the stream's own rate. */
  #pushed = 0;
  #ending = false;
  #wake: () => void = () => undefined;

  constructor(engine: UtteranceRecogniser, options: StreamOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#speaker = new SpeakersLanguage(options.language);
    this.#endpoints = { endpoint: Math.round((options.endpointMs ?? ENDPOINT_MS) / WINDOW_MS), longest: Math.floor(LONGEST_MS / WINDOW_MS) };
    this.#resampler = options.sampleRate === STT_SAMPLE_RATE ? undefined : new Resampler(options.sampleRate, STT_SAMPLE_RATE);
    this.#host = {
      words: options.words,
      preflight: options.preflight,
      busy: () => engine.busy(),
      recognise: (request, signal) => this.#recognise(request, signal),
      tell: (message) => this.#tell(message),
    };
    void this.#listen().then(() => this.#events.end(), (error: unknown) => this.#events.end(this.#abort.signal.aborted ? undefined : error));
  }

  push(pcm: Int16Array): void {
    if (this.#ending) return;
    this.#pushed += pcm.length;
    this.#audio.append(this.#resampler ? toPcm(this.#resampler.push(toFloat(pcm))) : pcm);
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
    this.#events.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<Heard> {
    return this.#events[Symbol.asyncIterator]();
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
    this.#events.tell({ listened: this.#pushed, settled: this.#pushed });
  }

  async #hear(windows: number): Promise<void> {
    const audio = this.#audio.slice(this.#listened, this.#listened + windows * VAD_WINDOW);
    const { probabilities, memory } = await this.#engine.voice(audio, this.#memory, this.#abort.signal);
    this.#memory = memory;
    this.#listened += audio.length;
    for (const probability of probabilities) await this.#advance({ kind: 'window', probability });
    if (this.#state.kind === 'silence') this.#settle(this.#listened - KEPT_OF_SILENCE);
    this.#tell();
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
  }

  async #finish({ to, voiced, goesOn }: Extract<EndpointerAction, { kind: 'ended' }>): Promise<void> {
    const current = this.#current;
    if (!current) return;
    if (goesOn) current.resume();
    const early = await current.finish();
    const { words } = this.#options;
    const utterance = voiced < LEAST_VOICED ? undefined : (early ?? (await current.transcribe(to * VAD_WINDOW, { words, priority: PRIORITY.finalTranscript })));
    if (utterance && utterance.text !== '') this.#speaker.take(utterance.heardLanguage);
    const { heard } = this.#speaker;
    this.#current = undefined;
    this.#settle(to * VAD_WINDOW);
    this.#tell({ text: utterance?.text ?? '', ...(words && { result: utterance ? current.placed(utterance) : [] }), ...(heard && { language: heard.language }) });
  }

  #recognise({ from, to, priority, ...request }: TranscriptRequest, signal?: AbortSignal): Promise<Utterance> {
    const either = signal ? AbortSignal.any([signal, this.#abort.signal]) : this.#abort.signal;
    return this.#engine.recognise({ audio: this.#audio.slice(from, to), language: this.#speaker.asked, ...request }, priority, either);
  }

  #skipWhatIsLost(): void {
    const lost = Math.ceil((this.#audio.start - this.#listened) / VAD_WINDOW);
    if (lost <= 0) return;
    this.#listened += lost * VAD_WINDOW;
    const window = this.#listened / VAD_WINDOW;
    this.#state = { kind: 'silence', window, after: window };
    this.#current = undefined;
    this.#settle(this.#listened);
  }

  #settle(place: number): void {
    this.#settled = Math.max(this.#settled, place);
    this.#audio.dropBefore(this.#settled);
  }

  #tell(message?: SttServerMessage): void {
    const atOwnRate = (place: number): number => Math.floor((place * this.#options.sampleRate) / STT_SAMPLE_RATE);
    this.#events.tell({ listened: atOwnRate(this.#listened), settled: atOwnRate(this.#settled), ...(message && { message }) });
  }
}
