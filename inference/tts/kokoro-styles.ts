import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Voice } from './voices.ts';

/** A style for each number of phonemes; Kokoro takes no more. */
export const MAX_TOKENS = 509;
export const STYLE_WIDTH = 256;

/** How a voice sounds: a row of STYLE_WIDTH for each number of phonemes up to MAX_TOKENS. */
export class KokoroStyles {
  readonly #rows: Float32Array;

  /** @param models folder with voices/ */
  constructor(models: string, { id, share }: Pick<Voice, 'id' | 'share'>) {
    const own = stylesOf(models, id);
    const other = share === undefined ? own : stylesOf(models, share.of);
    // Of a style, the first half is the timbre, the second the prosody.
    const part = (i: number): number => (share === undefined ? 0 : i % STYLE_WIDTH < STYLE_WIDTH / 2 ? share.timbre : share.prosody);
    this.#rows = own.map((value, i) => value + part(i) * ((other[i] ?? 0) - value));
  }

  of(phonemes: number): Float32Array {
    return this.#rows.slice(phonemes * STYLE_WIDTH, (phonemes + 1) * STYLE_WIDTH);
  }
}

/** Kokoro's alphabet; characters that it has no token for are left out. */
export class KokoroAlphabet {
  readonly #vocab: Readonly<Record<string, number>>;

  /** @param models folder with vocab.json */
  constructor(models: string) {
    ({ vocab: this.#vocab } = JSON.parse(readFileSync(join(models, 'vocab.json'), 'utf8')) as { vocab: Readonly<Record<string, number>> });
  }

  tokens(phonemes: string): number[] {
    return Array.from(phonemes).flatMap((letter) => this.#vocab[letter] ?? []).slice(0, MAX_TOKENS);
  }
}

function stylesOf(models: string, id: string): Float32Array {
  const bytes = readFileSync(join(models, 'voices', `${id}.bin`));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
