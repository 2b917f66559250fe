import { CodedError, isCodedError } from '../../core/errors.ts';
import { Health } from '../health.ts';
import { InferenceStatus, SpeechLevelState } from '../inference-status.ts';
import { wavFile, type Sound } from '../pcm.ts';
import { SPEECH_HEADERS, SPEECH_SAMPLE_RATE, type SpeechRequest } from '../speech.ts';
import { Transcription } from '../transcript.ts';
import { RecognitionSocket, type RecognitionSocketOptions } from './recognition-socket.ts';
import { Replicas } from './replicas.ts';
import { callService, readReply, unreachable } from './service-call.ts';

const SERVICE = 'inference';

/** Speech as it arrives. Leaving the loop over `audio` cancels what is still being made. */
export interface SpeechReply {
  /** Who spoke: `kokoro`, `pico`, `espeak`, … */
  readonly level: string;
  readonly voice: string;
  readonly cache: 'hit' | 'miss';
  /** From request to first sample inside the server, in ms. */
  readonly firstAudioMs: number;
  /** Better levels, and why they do not speak: `level=reason, …`; empty when there is none. */
  readonly passed: string;
  /** Hz; 16-bit mono. */
  readonly sampleRate: number;
  readonly audio: AsyncIterable<Int16Array>;
}

/**
 * The inference service's routes, typed. It holds no connection. Of several servers the first that answers is asked; one
 * that does not, that breaks off or that has too much to do is passed over at once. Trying again is the caller's business.
 */
export class InferenceClient {
  readonly #replicas: Replicas;
  readonly #serviceToken: string | undefined;

  /** @param urls base addresses, e.g. `http://127.0.0.1:8000`, the preferred one first; `serviceToken`: for an operator's routes */
  constructor(urls: string | URL | readonly string[], { serviceToken }: { serviceToken?: string } = {}) {
    this.#serviceToken = serviceToken;
    this.#replicas = new Replicas(typeof urls === 'string' || urls instanceof URL ? [urls] : urls);
  }

  /** Base address of the server that would be asked now. */
  get url(): URL {
    return this.#replicas.order()[0] ?? unaddressed();
  }

  /** Answers also when the service is down (its status then says so); throws only when nobody answers. */
  async health(signal?: AbortSignal): Promise<Health> {
    const { response } = await this.#ask(signal, async (base) => fetch(new URL('/health', base), { signal: signal ?? null }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(SERVICE, cause);
    }));
    return readReply(SERVICE, Health, response);
  }

  /** What the server does now. */
  async status(signal?: AbortSignal): Promise<InferenceStatus> {
    const { response } = await this.#call('/status', { signal: signal ?? null });
    return readReply(SERVICE, InferenceStatus, response);
  }

  /** Switches a level of speech off or on. @throws CodedError SPEECH_LEVEL_UNKNOWN, UNAUTHORIZED */
  async enableLevel(level: string, enabled: boolean): Promise<SpeechLevelState> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#serviceToken ?? ''}` };
    const { response } = await this.#call(`/levels/${encodeURIComponent(level)}`, { method: 'PUT', headers, body: JSON.stringify({ enabled }) });
    return readReply(SERVICE, SpeechLevelState, response);
  }

  /** @param audio any file that the service can decode, or 16-bit mono PCM with its rate in Hz. */
  async transcribe(audio: Uint8Array<ArrayBuffer> | Sound, { language, signal }: { language?: string; signal?: AbortSignal } = {}): Promise<Transcription> {
    const path = language === undefined ? '/transcribe' : `/transcribe?language=${encodeURIComponent(language)}`;
    const body = audio instanceof Uint8Array ? audio : wavFile(audio);
    const { response } = await this.#call(path, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body, signal: signal ?? null });
    return readReply(SERVICE, Transcription, response);
  }

  /** Resolves when the first audio is there. The request's `format` is ours to choose: samples arrive as PCM. */
  async speech(request: SpeechRequest, signal?: AbortSignal): Promise<SpeechReply> {
    const { response, base } = await this.#call('/api/tts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...request, format: 'pcm' } satisfies SpeechRequest),
      signal: signal ?? null,
    });
    const header = (name: keyof typeof SPEECH_HEADERS): string => response.headers.get(SPEECH_HEADERS[name]) ?? '';
    return {
      level: header('level'),
      voice: header('voice'),
      cache: header('cache') === 'hit' ? 'hit' : 'miss',
      firstAudioMs: Number(header('firstAudioMs')),
      passed: header('passed'),
      sampleRate: Number(header('sampleRate')) || SPEECH_SAMPLE_RATE,
      audio: samples(response, signal, () => this.#replicas.failed(base)),
    };
  }

  /** Opens the `/stream` WebSocket. Audio may be pushed at once: it waits for the connection. */
  streamRecognition(options: RecognitionSocketOptions): RecognitionSocket {
    const base = this.url;
    const url = new URL('/stream', base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return new RecognitionSocket(url, options, () => this.#replicas.failed(base));
  }

  #call(path: string, init: RequestInit): Promise<{ response: Response; base: URL }> {
    return this.#ask(init.signal ?? undefined, (base) => callService(SERVICE, new URL(path, base), init));
  }

  /** Asks one server after the other until one can. Whoever gives up waiting for one with a coded reason thinks it dead. */
  async #ask(signal: AbortSignal | undefined, request: (base: URL) => Promise<Response>): Promise<{ response: Response; base: URL }> {
    let failure: unknown;
    for (const base of this.#replicas.order()) {
      try {
        const response = await request(base);
        this.#replicas.answered(base);
        return { response, base };
      } catch (error) {
        if (signal?.aborted === true ? isCodedError(signal.reason) : isCodedError(error, 'ENGINE_UNAVAILABLE') && error.cause !== undefined) this.#replicas.failed(base);
        signal?.throwIfAborted();
        if (!isCodedError(error) || !error.retryable) throw error;
        failure = error;
      }
    }
    throw failure;
  }
}

function unaddressed(): never {
  throw new CodedError('ENGINE_UNAVAILABLE', { engine: SERVICE, reason: 'it has no address' });
}

/** Network chunks end anywhere, also inside a sample: the odd byte waits for the next chunk. */
async function* samples(response: Response, signal: AbortSignal | undefined, onBrokenOff: () => void): AsyncGenerator<Int16Array, void> {
  let odd = new Uint8Array();
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      const bytes = new Uint8Array(odd.length + chunk.length);
      bytes.set(odd);
      bytes.set(chunk, odd.length);
      const count = bytes.length >> 1;
      odd = bytes.slice(count * 2);
      if (count > 0) yield new Int16Array(bytes.buffer, 0, count);
    }
  } catch (cause) {
    if (signal?.aborted !== true || isCodedError(signal.reason)) onBrokenOff();
    signal?.throwIfAborted();
    throw unreachable(SERVICE, cause);
  }
}
