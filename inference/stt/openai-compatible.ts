import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { CodedError } from '../../core/errors.ts';
import { ANY_LANGUAGE, LANGUAGES } from '../../protocol/languages.ts';
import { wavFile } from '../../protocol/pcm.ts';
import type { Word } from '../../protocol/transcript.ts';
import type { Priority } from '../process/compute-gate.ts';
import { STT_SAMPLE_RATE, type EngineStream, type Recognition, type RecognitionOptions, type StreamOptions, type SttEngine } from './engine.ts';
import { recogniseFile } from './file-recognition.ts';
import { isPhantom } from './phantom-phrases.ts';
import { withPunctuation } from './punctuation.ts';
import { UtteranceStream, type UtteranceRecogniser } from './recognition-stream.ts';
import type { VadMemory } from './vad.ts';
import type { VoiceReply } from './vad-process.ts';
import type { VoiceDetector } from './voice-detector.ts';
import type { Utterance, UtteranceRequest } from './whisper-process.ts';

export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** `verbose_json`, as far as it is used. Servers other than OpenAI's leave fields out. */
const Reply = Type.Object({
  text: Type.String(),
  /** In English, as `french`. */
  language: Type.Optional(Type.String()),
  words: Type.Optional(Type.Array(Type.Object({ word: Type.String(), start: Type.Number(), end: Type.Number() }))),
  segments: Type.Optional(Type.Array(Type.Object({ avg_logprob: Type.Optional(Type.Number()), no_speech_prob: Type.Optional(Type.Number()) }))),
});
type Reply = Static<typeof Reply>;

const NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** Where a server tells no probability. */
const UNKNOWN_CONFIDENCE = 0.8;

export interface OpenAiSttOptions {
  /** With its `/v1`. */
  readonly baseUrl: string;
  /** None: the server takes no key. */
  readonly apiKey: string | undefined;
  readonly model: string;
  /** Longest wait for a transcript, ms. */
  readonly deadline: number;
  readonly detector: VoiceDetector;
}

/**
 * OpenAI, or a server that speaks its POST /audio/transcriptions. It is sent utterances as they end, cut here: what is
 * no speech is not sent, and nothing is asked for partials.
 */
export class OpenAiSttEngine implements SttEngine, UtteranceRecogniser {
  readonly name = 'openai-compatible';
  readonly model: string;
  readonly device = 'remote';
  readonly #options: OpenAiSttOptions;

  constructor(options: OpenAiSttOptions) {
    this.#options = options;
    this.model = options.model;
  }

  available(): boolean {
    return this.#options.detector.available();
  }

  ready(): Promise<void> {
    return this.#options.detector.ready();
  }

  recovered(signal: AbortSignal): Promise<void> {
    return this.#options.detector.recovered(signal);
  }

  /** Each partial would be paid for. */
  busy(): boolean {
    return true;
  }

  voice(audio: Int16Array, memory: VadMemory, signal?: AbortSignal): Promise<VoiceReply> {
    return this.#options.detector.voice(audio, memory, signal);
  }

  async recognise({ audio, language, words }: UtteranceRequest, _priority: Priority, signal?: AbortSignal): Promise<Utterance> {
    const began = performance.now();
    const reply = await this.#ask(audio, language, words, signal);
    return utteranceOf(reply, audio.length / STT_SAMPLE_RATE, words, performance.now() - began);
  }

  transcribe(audio: Float32Array, options: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
    return recogniseFile(this, audio, options, signal);
  }

  stream(options: StreamOptions): EngineStream {
    return new UtteranceStream(this, options);
  }

  close(): Promise<void> {
    return this.#options.detector.close();
  }

  async #ask(audio: Int16Array, language: string, words: boolean, signal?: AbortSignal): Promise<Reply> {
    const { baseUrl, apiKey, model, deadline } = this.#options;
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(wavFile({ pcm: audio, sampleRate: STT_SAMPLE_RATE }))], { type: 'audio/wav' }), 'speech.wav');
    form.set('model', model);
    if (language !== ANY_LANGUAGE) form.set('language', language);
    form.set('response_format', 'verbose_json');
    for (const granularity of ['segment', ...(words ? ['word'] : [])]) form.append('timestamp_granularities[]', granularity);
    const late = AbortSignal.timeout(deadline);
    try {
      const response = await fetch(`${baseUrl.replace(/\/$/, '')}/audio/transcriptions`, {
        method: 'POST',
        body: form,
        redirect: 'error', // a key goes to nobody else
        headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      if (!response.ok) throw new CodedError('ENGINE_FAILED', { engine: this.name, reason: `it answers with status ${response.status}` });
      const reply: unknown = await response.json();
      if (!Value.Check(Reply, reply)) throw new CodedError('ENGINE_FAILED', { engine: this.name, reason: 'its answer is no transcript' });
      return reply;
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof CodedError) throw cause;
      if (late.aborted) throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: `it does not answer within ${deadline} ms` }, { cause });
      if (cause instanceof SyntaxError) throw new CodedError('ENGINE_FAILED', { engine: this.name, reason: 'its answer is no transcript' }, { cause });
      throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: 'it cannot be reached' }, { cause });
    }
  }
}

function utteranceOf({ text: raw, language = '', words = [], segments = [] }: Reply, seconds: number, wanted: boolean, decode: number): Utterance {
  const text = raw.trim();
  const logProbs = segments.flatMap(({ avg_logprob }) => avg_logprob ?? []);
  const mean = logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
  const confidence = logProbs.length === 0 ? UNKNOWN_CONFIDENCE : Math.min(1, Math.exp(mean));
  const timings = { mel: 0, encode: 0, decode, align: 0 };
  // openai/whisper's own thresholds.
  const isSilence = segments.length > 0 && segments.every(({ avg_logprob = 0, no_speech_prob = 0 }) => no_speech_prob > 0.6 && avg_logprob < -1);
  if (text === '' || isSilence || isPhantom(text)) return { text: '', words: [], confidence, tokens: [], timings };
  const inside = (time: number): number => Math.min(seconds, Math.max(0, time));
  const timed = words.map(({ word, start, end }): Word => ({ word: word.trim(), start: inside(start), end: inside(Math.max(start, end)), conf: confidence }));
  const heard = LANGUAGES.find((code) => code === language || NAMES.of(code)?.toLowerCase() === language.toLowerCase());
  return { text, words: wanted ? withPunctuation(text, timed) : [], confidence, ...(heard !== undefined && { heardLanguage: { language: heard } }), tokens: [], timings };
}
