import type { ReadableStream } from 'node:stream/web';
import { voice } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import type { Voice } from './voice.ts';

/** The framework's agent with the coach's own voice: clause by clause, with its own way out when nothing can speak. */
export class Coach extends voice.Agent {
  readonly #voice: Voice;

  constructor(speech: Voice) {
    // Who thinks builds its own instructions; see reply-model.ts.
    super({ instructions: '' });
    this.#voice = speech;
  }

  override ttsNode(text: ReadableStream<string> | AsyncIterable<string>): Promise<ReadableStream<AudioFrame>> {
    return Promise.resolve(this.#voice.speak(text));
  }
}
