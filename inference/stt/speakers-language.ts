import { ANY_LANGUAGE } from '../../protocol/languages.ts';
import type { HeardLanguage } from './engine.ts';

/** A word or two may sound like many languages: one this probable is kept for all that follows. */
const CERTAIN = 0.7;

/** The language of a speaker, utterance by utterance: the one asked for, or the one that is heard. */
export class SpeakersLanguage {
  #asked: string;
  #heard: HeardLanguage | undefined;

  /** @param asked ISO 639-1, or ANY_LANGUAGE */
  constructor(asked: string) {
    this.#asked = asked;
  }

  /** What to ask for in the next utterance. */
  get asked(): string {
    return this.#asked;
  }

  /** The most probable so far; undefined while none is heard, or where one was asked for. */
  get heard(): HeardLanguage | undefined {
    return this.#heard;
  }

  /** What was heard in an utterance that has a text. */
  take(heard: HeardLanguage | undefined): void {
    if (heard === undefined || this.#asked !== ANY_LANGUAGE) return;
    const { probability = 1 } = heard;
    if (probability >= (this.#heard?.probability ?? 0)) this.#heard = heard;
    if (probability >= CERTAIN) this.#asked = heard.language;
  }
}
