import { CodedError } from '../../core/errors.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { ToSpeechRate } from './to-speech-rate.ts';

/** A speech server somewhere else with our own `POST /api/tts`, such as another installation on a larger machine. */
export class SpeechServer implements SpeechEngine {
  readonly name = 'speech-server';
  readonly #client: InferenceClient;

  constructor(url: string) {
    this.#client = new InferenceClient(url);
  }

  available(): boolean {
    return true; // each request shows for itself; the breaker remembers
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async *synthesize({ text, voice, language, speed }: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    try {
      const { audio, sampleRate } = await this.#client.speech({ text, voice, language, speed }, signal);
      if (sampleRate === SPEECH_SAMPLE_RATE) {
        yield* audio;
        return;
      }
      const converter = new ToSpeechRate(sampleRate, 1);
      for await (const chunk of audio) yield converter.push(chunk);
      yield converter.flush();
    } catch (cause) {
      signal?.throwIfAborted();
      throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
