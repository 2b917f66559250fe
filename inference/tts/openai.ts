import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { receivedAudio } from './received-audio.ts';
import { findVoice, type Voice } from './voices.ts';

export type OpenAiSpeechOptions = Pick<Config['tts']['levels']['openai'], 'url' | 'model' | 'gain' | 'voices'> & {
  /** Compatible servers may want none. */
  readonly apiKey: string | undefined;
};

/** OpenAI's own names that every one of its models has, by how they sound. */
const NEAREST: Readonly<Record<Voice['sex'], string>> = { female: 'nova', male: 'onyx' };
/** What no player of PCM should be given, however little a server says about it. */
const NO_PCM = /^(?:text|image)\/|json|xml|mpeg|mp3|ogg|opus|flac|aac|webm|mp4/iu;

/**
 * OpenAI's speech API (platform.openai.com/docs/api-reference/audio/createSpeech), or any server that offers the same.
 * What it answers in words goes nowhere: it may quote the key or what the coach says.
 */
export class OpenAiSpeech implements SpeechEngine {
  readonly name = 'openai';
  readonly remote = true;
  readonly #options: OpenAiSpeechOptions;

  constructor(options: OpenAiSpeechOptions) {
    this.#options = options;
  }

  available(): boolean {
    return true; // each request shows for itself; the breaker remembers
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async *synthesize(request: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    signal?.throwIfAborted();
    try {
      const body = await this.#ask(request, signal);
      yield* receivedAudio(body, { sampleRate: SPEECH_SAMPLE_RATE, gain: this.#options.gain });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof CodedError ? error : this.#error('ENGINE_FAILED', reasonOf(error));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #ask({ text, voice, language, speed }: UtteranceRequest, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { url, model, voices, apiKey } = this.#options;
    const { id, sex } = findVoice(voice, language);
    const response = await fetch(`${url.replace(/\/+$/u, '')}/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
      // Some servers refuse a speed that they cannot set.
      body: JSON.stringify({ model, voice: voices[id] ?? NEAREST[sex], input: text, response_format: 'pcm', ...(speed === 1 ? {} : { speed }) }),
      redirect: 'manual', // the key is for this address alone
      signal: signal ?? null,
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw this.#error('ENGINE_UNAVAILABLE', reasonOf(error));
    });
    const type = response.headers.get('content-type') ?? '';
    const reason = response.ok ? (NO_PCM.test(type) ? `it sent ${mediaType(type)}, not PCM` : undefined) : refusal(response.status);
    if (reason === undefined && response.body !== null) return response.body;
    await response.body?.cancel().catch(() => undefined);
    throw this.#error(response.ok ? 'ENGINE_FAILED' : 'ENGINE_UNAVAILABLE', reason ?? 'it sent no audio');
  }

  #error(code: 'ENGINE_UNAVAILABLE' | 'ENGINE_FAILED', reason: string): CodedError {
    return new CodedError(code, { engine: this.name, reason });
  }
}

function refusal(status: number): string {
  if (status === 401 || status === 403) return `it refuses TTS_OPENAI_API_KEY (status ${String(status)})`;
  if (status >= 300 && status < 400) return `it redirects elsewhere (status ${String(status)}): set tts.levels.openai.url to where it is`;
  return `it answered with status ${String(status)}`;
}

/** The name alone: what follows may be anything. */
const mediaType = (type: string): string => /^[\w.+-]+\/[\w.+-]+/u.exec(type)?.[0] ?? 'something else';

/** Of a failed request only the code: messages quote headers. Ours of the audio say nothing but what they are. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (!(error instanceof TypeError)) return error.message;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code ?? 'the connection broke';
}
