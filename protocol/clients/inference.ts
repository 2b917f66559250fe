import { Health } from '../health.ts';
import { wavFile, type Sound } from '../pcm.ts';
import { SPEECH_HEADERS, SPEECH_SAMPLE_RATE, type SpeechRequest } from '../speech.ts';
import { Transcription } from '../transcript.ts';
import { RecognitionSocket, type RecognitionSocketOptions } from './recognition-socket.ts';
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
  /** Hz; 16-bit mono. */
  readonly sampleRate: number;
  readonly audio: AsyncIterable<Int16Array>;
}

/** The inference service's routes, typed. It holds no connection; reconnecting and retrying are the caller's business. */
export class InferenceClient {
  readonly #url: URL;

  /** @param url base address, e.g. `http://127.0.0.1:8000` */
  constructor(url: string | URL) {
    this.#url = new URL(url);
  }

  /** Answers also when the service is down (its status then says so); throws only when nobody answers. */
  async health(signal?: AbortSignal): Promise<Health> {
    const response = await fetch(this.#at('/health'), { signal: signal ?? null }).catch((cause: unknown) => {
      throw unreachable(SERVICE, cause);
    });
    return readReply(SERVICE, Health, response);
  }

  /** @param audio any file that the service can decode, or 16-bit mono PCM with its rate in Hz. */
  async transcribe(audio: Uint8Array<ArrayBuffer> | Sound, { language, signal }: { language?: string; signal?: AbortSignal } = {}): Promise<Transcription> {
    const url = this.#at('/transcribe');
    if (language !== undefined) url.searchParams.set('language', language);
    const body = audio instanceof Uint8Array ? audio : wavFile(audio);
    const response = await callService(SERVICE, url, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body, signal: signal ?? null });
    return readReply(SERVICE, Transcription, response);
  }

  /** Resolves when the first audio is there. The request's `format` is ours to choose: samples arrive as PCM. */
  async speech(request: SpeechRequest, signal?: AbortSignal): Promise<SpeechReply> {
    const response = await callService(SERVICE, this.#at('/api/tts'), {
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
      sampleRate: Number(header('sampleRate')) || SPEECH_SAMPLE_RATE,
      audio: samples(response, signal),
    };
  }

  /** Opens the `/stream` WebSocket. Audio may be pushed at once: it waits for the connection. */
  streamRecognition(options: RecognitionSocketOptions): RecognitionSocket {
    const url = this.#at('/stream');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return new RecognitionSocket(url, options);
  }

  #at(path: string): URL {
    return new URL(path, this.#url);
  }
}

/** Network chunks end anywhere, also inside a sample: the odd byte waits for the next chunk. */
async function* samples(response: Response, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
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
    signal?.throwIfAborted();
    throw unreachable(SERVICE, cause);
  }
}
