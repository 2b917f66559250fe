import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { Segment, Word } from '../../protocol/transcript.ts';
import type { ComputeGate, Priority } from '../process/compute-gate.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { initialState, LEAST_VOICED, next, type EndpointerAction } from './endpointer.ts';
import { later, STT_SAMPLE_RATE, type Recognition, type RecognitionOptions, type RecognitionStream, type StreamOptions, type SttEngine } from './engine.ts';
import { toPcm } from './pcm.ts';
import { freshMemory, VAD_WINDOW, type VadMemory } from './vad.ts';
import { UtteranceStream, type UtteranceRecogniser } from './recognition-stream.ts';
import type { VadProcessOptions, VoiceReply, VoiceRequest } from './vad-process.ts';
import type { Utterance, UtteranceRequest, WhisperProcessOptions } from './whisper-process.ts';

const WINDOWS_PER_SECOND = STT_SAMPLE_RATE / VAD_WINDOW;
/** Whole files are cut at pauses of this length, and at the best one when 25 s have passed without: Whisper hears 30 s. */
const FILE_ENDPOINTS = { endpoint: Math.round(0.8 * WINDOWS_PER_SECOND), longest: Math.floor(25 * WINDOWS_PER_SECOND) };
/** Voice activity is asked for this much of a file at a time. */
const VAD_SLAB = 300 * VAD_WINDOW;

/** Whisper base, and Silero to tell it where speech is, each in a process of its own. */
export class WhisperEngine implements SttEngine, UtteranceRecogniser {
  readonly name = 'whisper';
  readonly model = 'whisper-base';
  readonly device = 'cpu';
  readonly process: EngineProcess;
  readonly #detector: EngineProcess;
  readonly #gate: ComputeGate;

  constructor({ threads, log, gate, models = inHome('models') }: { threads: number; log: Logger; gate: ComputeGate; models?: string }) {
    this.#gate = gate;
    this.process = new EngineProcess({
      name: this.name,
      module: new URL('./whisper-process.ts', import.meta.url),
      options: { folder: `${models}/whisper-base`, threads } satisfies WhisperProcessOptions,
      log,
    });
    this.#detector = new EngineProcess({
      name: 'silero',
      module: new URL('./vad-process.ts', import.meta.url),
      options: { file: `${models}/silero/silero_vad.onnx` } satisfies VadProcessOptions,
      log,
    });
  }

  available(): boolean {
    return this.#processes.every(({ state }) => state.kind === 'ready');
  }

  async ready(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.ready()));
  }

  async recovered(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#processes.map((process) => recovered(process, signal)));
  }

  busy(): boolean {
    return this.#gate.waiting > 0;
  }

  recognise(request: UtteranceRequest, priority: Priority, signal?: AbortSignal): Promise<Utterance> {
    return this.#gate.run(priority, () => this.process.result<Utterance>('recognise', request, signal), signal);
  }

  voice(audio: Int16Array, memory: VadMemory, signal?: AbortSignal): Promise<VoiceReply> {
    return this.#detector.result<VoiceReply>('voice', { audio, memory } satisfies VoiceRequest, signal);
  }

  async transcribe(audio: Float32Array, { language, words, priority }: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
    const pcm = toPcm(audio);
    const segments: Segment[] = [];
    const allWords: Word[] = [];
    const confidences: number[] = [];
    for (const { from, to } of await this.#utterances(pcm, signal)) {
      const offset = from / STT_SAMPLE_RATE;
      const utterance = await this.recognise({ audio: pcm.slice(from, to), language, words }, priority, signal);
      if (utterance.text === '') continue;
      segments.push({ start: offset, end: Math.min(to, pcm.length) / STT_SAMPLE_RATE, text: utterance.text });
      allWords.push(...utterance.words.map((word) => later(word, offset)));
      confidences.push(utterance.confidence);
    }
    return { text: segments.map(({ text }) => text).join(' '), segments, words: allWords, confidence: confidences.reduce((a, b) => a + b, 0) / Math.max(1, confidences.length) };
  }

  stream(options: StreamOptions): RecognitionStream {
    return new UtteranceStream(this, options);
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.close()));
  }

  get #processes(): readonly EngineProcess[] {
    return [this.process, this.#detector];
  }

  /** The stretches of speech, in samples. */
  async #utterances(pcm: Int16Array, signal?: AbortSignal): Promise<{ from: number; to: number }[]> {
    const actions: EndpointerAction[] = [];
    let state = initialState;
    let memory = freshMemory();
    const advance = (event: Parameters<typeof next>[1]): void => {
      const step = next(state, event, FILE_ENDPOINTS);
      state = step.state;
      actions.push(...step.actions);
    };
    for (let from = 0; from < pcm.length; from += VAD_SLAB) {
      const slab = new Int16Array(Math.ceil(Math.min(VAD_SLAB, pcm.length - from) / VAD_WINDOW) * VAD_WINDOW); // silence fills the last window
      slab.set(pcm.subarray(from, from + VAD_SLAB));
      const reply = await this.voice(slab, memory, signal);
      memory = reply.memory;
      for (const probability of reply.probabilities) advance({ kind: 'window', probability });
    }
    advance({ kind: 'end' });
    return actions.flatMap((action) => (action.kind === 'ended' && action.voiced >= LEAST_VOICED ? [{ from: action.from * VAD_WINDOW, to: action.to * VAD_WINDOW }] : []));
  }
}

/** The process ready again, after however many restarts. @throws CodedError ENGINE_UNAVAILABLE when it was closed. */
async function recovered(process: EngineProcess, signal: AbortSignal): Promise<void> {
  while (process.state.kind !== 'ready') {
    signal.throwIfAborted();
    if (process.state.kind === 'closed') await process.ready();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const changed = (): void => resolve(undefined);
    const stopListening = process.onState(changed);
    signal.addEventListener('abort', changed, { once: true });
    await promise;
    stopListening();
    signal.removeEventListener('abort', changed);
  }
}
