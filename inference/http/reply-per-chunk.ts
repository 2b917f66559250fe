import type { SttPartial, SttResult, SttServerMessage } from '../../protocol/stt-stream.ts';
import type { Static } from 'typebox';

type Partial = Static<typeof SttPartial>;
type Result = Static<typeof SttResult>;

/**
 * The Vosk server answers each chunk of audio with one message, and its clients wait for it: a finished result if there
 * is one, else what is understood so far; and the end with one last result. This keeps what has been recognised until
 * it is asked for.
 */
export class ReplyPerChunk {
  #results: Result[] = [];
  #partial: Partial = { partial: '' };

  take(message: SttServerMessage): void {
    if ('text' in message) {
      this.#results.push(message);
      this.#partial = { partial: '' };
    } else if ('partial' in message) this.#partial = message;
  }

  /** The answer to a chunk. */
  next(): Result | Partial {
    return this.#results.shift() ?? this.#partial;
  }

  /** The answer to the end: all that was not asked for, as one. */
  rest(): Result {
    const spoken = this.#results.filter(({ text }) => text !== '');
    this.#results = [];
    const words = spoken.flatMap(({ result }) => result ?? []);
    return { text: spoken.map(({ text }) => text).join(' '), ...(words.length > 0 && { result: words }) };
  }
}
