import { randomUUID } from 'node:crypto';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import type { Word } from '../../protocol/transcript.ts';
import { PRIORITY, type Priority } from '../process/compute-gate.ts';
import type { EndpointerState } from './endpointer.ts';
import { later, STT_SAMPLE_RATE } from './engine.ts';
import { Hypotheses } from './hypotheses.ts';
import type { Utterance } from './whisper-process.ts';

/** New audio that is worth another partial, in samples. */
const PARTIAL_EVERY = STT_SAMPLE_RATE;
const FIRST_PARTIAL = 0.6 * STT_SAMPLE_RATE;

export interface TranscriptRequest {
  /** Samples of the stream. */
  readonly from: number;
  readonly to: number;
  readonly words: boolean;
  readonly priority: Priority;
  /** See UtteranceRequest of whisper-process.ts. */
  readonly utterance: string;
  readonly draft: readonly number[];
}

/** What an utterance needs of its stream. */
export interface UtteranceHost {
  readonly words: boolean;
  readonly preflight: boolean;
  /** Whether others wait for the machine: then nobody computes what is only nice to have. */
  busy(): boolean;
  recognise(request: TranscriptRequest, signal?: AbortSignal): Promise<Utterance>;
  tell(message: SttServerMessage): void;
}

/** A transcript begun at the first sign of a pause: the result if the pause lasts, nothing if it does not. */
interface Preflight {
  readonly abort: AbortController;
  readonly transcript: Promise<Utterance | undefined>;
  told: boolean;
}

/** An utterance under way, and the work about it that may turn out to be needed: partials and the preflight. */
export class CurrentUtterance {
  readonly #host: UtteranceHost;
  /** Sample of the stream at which it begins. */
  readonly #from: number;
  readonly #id = randomUUID();
  readonly #hypotheses = new Hypotheses();
  /** Where the audio of the last hypothesis ended. */
  #heard: number;
  #partial: AbortController | undefined;
  #preflight: Preflight | undefined;
  #over = false;

  constructor(host: UtteranceHost, from: number) {
    this.#host = host;
    this.#from = from;
    this.#heard = from;
  }

  /** To be called when all audio so far, up to sample `to`, has been listened to. */
  speculate(state: EndpointerState['kind'], to: number): void {
    // The detector falls some 80 ms after the voice: its first quiet window is sign enough.
    if (state === 'pause') this.#preflight ??= this.#beginPreflight(to);
    const due = this.#heard + (this.#hypotheses.count === 0 ? FIRST_PARTIAL : PARTIAL_EVERY);
    if (state === 'speech' && !this.#partial && to >= due && !this.#host.busy()) void this.#guess(to);
  }

  /** The speaker goes on: what was taken for the end was none. */
  resume(): void {
    this.#preflight?.abort.abort(new Error('speech goes on'));
    if (this.#preflight?.told) this.#host.tell({ partial: this.#hypotheses.shown });
    this.#preflight = undefined;
  }

  /** The preflight's transcript if it stands. No more partials. */
  async finish(): Promise<Utterance | undefined> {
    this.#partial?.abort(new Error('the utterance has ended'));
    const transcript = await this.#preflight?.transcript;
    this.#over = true;
    return transcript;
  }

  /** The transcript up to sample `to`, computed now. */
  transcribe(to: number, { words, priority }: Pick<TranscriptRequest, 'words' | 'priority'>, signal?: AbortSignal): Promise<Utterance> {
    return this.#host.recognise({ from: this.#from, to, words, priority, utterance: this.#id, draft: this.#hypotheses.tokens }, signal);
  }

  /** Words with times from the beginning of the stream. */
  placed({ words }: Utterance): Word[] {
    return words.map((word) => later(word, this.#from / STT_SAMPLE_RATE));
  }

  async #guess(to: number): Promise<void> {
    const abort = new AbortController();
    this.#partial = abort;
    this.#heard = to;
    try {
      const utterance = await this.transcribe(to, { words: false, priority: PRIORITY.partial }, abort.signal);
      if (abort.signal.aborted || this.#over) return;
      const { shown } = this.#hypotheses;
      this.#hypotheses.add(utterance);
      if (this.#hypotheses.shown !== shown) this.#host.tell({ partial: this.#hypotheses.shown });
    } catch {
      // A partial is a courtesy; the result will tell.
    } finally {
      if (this.#partial === abort) this.#partial = undefined;
    }
  }

  #beginPreflight(to: number): Preflight {
    this.#partial?.abort(new Error('superseded'));
    const abort = new AbortController();
    const transcript = this.transcribe(to, { words: this.#host.words, priority: PRIORITY.finalTranscript }, abort.signal).then(
      (utterance) => {
        if (abort.signal.aborted || this.#over) return undefined;
        this.#hypotheses.add(utterance);
        this.#heard = to;
        if (this.#host.preflight) {
          preflight.told = true;
          this.#host.tell({ preflight: utterance.text, result: this.placed(utterance) });
        }
        return utterance;
      },
      () => undefined, // the result is then computed anew
    );
    const preflight: Preflight = { abort, transcript, told: false };
    return preflight;
  }
}
