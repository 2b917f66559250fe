import { readFileSync } from 'node:fs';
import { LANGUAGES } from '../../protocol/languages.ts';

/** Byte-level BPE spells each byte as one printable character (GPT-2's `bytes_to_unicode`); a space becomes this one. */
const SPACE = 'Ġ';

/** Token ids of Whisper's vocabulary to text. Nothing here needs the way back: Whisper reads audio, not text. */
export class Tokenizer {
  readonly #tokens: readonly string[];
  readonly endOfText: number;
  readonly startOfTranscript: number;
  readonly transcribe: number;
  readonly noSpeech: number;
  readonly noTimestamps: number;

  /** `file`: the tokens in the order of their ids, one a line, or as a JSON array. */
  constructor(file: string) {
    const content = readFileSync(file, 'utf8');
    this.#tokens = file.endsWith('.json') ? (JSON.parse(content) as string[]) : content.split('\n');
    this.endOfText = this.#id('<|endoftext|>');
    this.startOfTranscript = this.#id('<|startoftranscript|>');
    this.transcribe = this.#id('<|transcribe|>');
    this.noSpeech = this.#id('<|nocaptions|>', '<|nospeech|>'); // its name before and since large-v3
    this.noTimestamps = this.#id('<|notimestamps|>');
  }

  /** The token that tells the decoder which language to write. @param language ISO 639-1 */
  language(language: string): number {
    return this.#id(`<|${language}|>`);
  }

  /** Each language with its token. */
  languages(): readonly { readonly language: string; readonly token: number }[] {
    return LANGUAGES.map((language) => ({ language, token: this.language(language) }));
  }

  /** Text of `ids` as they stand, a leading space included. Bytes that make no character become U+FFFD. */
  decode(ids: readonly number[]): string {
    return Buffer.from(ids.flatMap((id) => Array.from(this.#tokens[id] ?? '', (spelled) => BYTES.get(spelled) ?? 0))).toString('utf8');
  }

  /** Whether the token begins with a space. */
  startsWord(id: number): boolean {
    return this.#tokens[id]?.startsWith(SPACE) ?? false;
  }

  #id(...names: readonly [string, ...string[]]): number {
    const id = this.#tokens.findIndex((token) => names.includes(token));
    if (id === -1) throw new Error(`the vocabulary has no ${names[0]}`);
    return id;
  }
}

/** Printable bytes stand for themselves, the other 68 for U+0100 onwards. */
const BYTES: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return new Map(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(printable(byte) ? byte : next++), byte]));
})();
