import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { inHome } from '../core/paths.ts';
import { audibleFrames, load } from '../inference/tts/kokoro-process.ts';
import { Phonemizer } from '../inference/tts/phonemes.ts';
import { resample } from '../tests/support/speech-fr.ts';
import { joined } from '../protocol/pcm.ts';

export interface KnownWord {
  readonly word: string;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

const VOICE = 'ff_siwis';
const STYLE_WIDTH = 256;
/** A step of Kokoro's durations, and a frame of what it makes of them, in seconds. */
const STEP = 0.025;
const FRAMES_PER_STEP = 2;

/** Speech whose words have known times: Kokoro decides how long each sound lasts before it makes any. */
export class KnownSpeech {
  readonly #front: InferenceSession;
  readonly #engine: Awaited<ReturnType<typeof load>>;
  readonly #phonemizer = new Phonemizer();
  readonly #vocab: Readonly<Record<string, number>>;
  readonly #styles: Float32Array;

  private constructor(front: InferenceSession, engine: Awaited<ReturnType<typeof load>>) {
    this.#front = front;
    this.#engine = engine;
    this.#vocab = (JSON.parse(readFileSync(inHome('models/kokoro/vocab.json'), 'utf8')) as { vocab: Readonly<Record<string, number>> }).vocab;
    const bytes = readFileSync(inHome(`models/kokoro/voices/${VOICE}.bin`));
    this.#styles = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }

  static async load(threads: number): Promise<KnownSpeech> {
    const models = inHome('models/kokoro');
    return new KnownSpeech(await InferenceSession.create(`${models}/front.onnx`), await load({ models, threads, voices: [{ id: VOICE, language: 'fr', gain: 1 }] }));
  }

  /** `undefined` where the phonemes do not fall into the same words as the text. */
  async say(text: string): Promise<{ pcm: Int16Array; words: KnownWord[] } | undefined> {
    const phonemes = await this.#phonemizer.phonemes(text, 'fr');
    const letters = Array.from(phonemes).filter((letter) => this.#vocab[letter] !== undefined);
    const durations = await this.#durations(letters.map((letter) => this.#vocab[letter] ?? 0));
    const origin = (audibleFrames({ durations: durations.map((steps) => steps * FRAMES_PER_STEP) }).from / FRAMES_PER_STEP) * STEP;
    const written = text.split(/\s+/).filter((word) => /\p{L}/u.test(word));
    const spoken = spans(letters, durations);
    if (written.length !== spoken.length) return undefined;
    const chunks: Int16Array[] = [];
    const synthesize = this.#engine.methods['synthesize'] as (args: object, signal: AbortSignal) => AsyncIterable<Int16Array>;
    for await (const chunk of synthesize({ text, voice: VOICE, language: 'fr', speed: 1 }, AbortSignal.timeout(60_000))) chunks.push(chunk);
    const { pcm } = resample({ pcm: joined(chunks), sampleRate: 24_000 }, 16_000);
    return { pcm, words: spoken.map(({ start, end }, index) => ({ word: written[index] ?? '', start: start - origin, end: end - origin })) };
  }

  async #durations(tokens: readonly number[]): Promise<number[]> {
    const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
    const row = tokens.length * STYLE_WIDTH;
    const { durations } = await this.#front.run({
      tokens: new Tensor('int64', padded, [1, padded.length]),
      style: new Tensor('float32', this.#styles.slice(row, row + STYLE_WIDTH), [1, STYLE_WIDTH]),
      speed: new Tensor('float32', [1], [1]),
    }, ['durations']);
    return Array.from(durations?.data as BigInt64Array, Number);
  }
}

/** Words lie between spaces and marks. `durations` has the padding at both ends. */
function spans(letters: readonly string[], durations: readonly number[]): { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  let at = (durations[0] ?? 0) * STEP;
  let start: number | undefined;
  for (const [index, letter] of [...letters, ' '].entries()) {
    const separates = /[\s,.;:!?]/.test(letter);
    if (separates && start !== undefined) {
      words.push({ start, end: at });
      start = undefined;
    } else if (!separates) start ??= at;
    at += (durations[index + 1] ?? 0) * STEP;
  }
  return words;
}
