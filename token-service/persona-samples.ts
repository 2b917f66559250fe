import { LRUCache } from 'lru-cache';
import type { Persona } from '../coaching/persona.ts';
import { CodedError, isCodedError } from '../core/errors.ts';
import { InferenceClient } from '../protocol/clients/inference.ts';
import { joined, wavFile } from '../protocol/pcm.ts';

/** In bytes; a sample is some 300 kB. */
const CACHE = 8_000_000;
/** Longest that a sample may take, in ms: sessions are served first. */
const TIMEOUT = 20_000;

const SAID = {
  fr: (name: string) => `Bonjour, je suis ${name}. Prenez le temps qu’il vous faut : je vous écoute, et nous travaillons ensemble.`,
  en: (name: string) => `Hello, I am ${name}. Take all the time you need: I am listening, and we work on it together.`,
};

export type SampleLanguage = keyof typeof SAID;

/** What each coach sounds like: a sentence by its voice, made when it is first asked for. */
export class PersonaSamples {
  readonly #cache: LRUCache<string, Buffer, { persona: Persona; language: SampleLanguage }>;

  /** @param urls of inference */
  constructor(urls: readonly string[]) {
    const client = new InferenceClient(urls);
    this.#cache = new LRUCache({
      maxSize: CACHE,
      sizeCalculation: ({ length }) => length,
      // Who asks meanwhile waits for the same one.
      fetchMethod: (_key, _stale, { context: { persona, language } }) => render(client, persona, language),
    });
  }

  /**
   * A WAV file.
   * @throws CodedError SPEECH_UNAVAILABLE
   */
  async sample(persona: Persona, language: SampleLanguage): Promise<Buffer> {
    const { id, name, voice, speed } = persona;
    // Named by all that it is made of: an author's edit counts at once.
    const sample = await this.#cache.fetch(JSON.stringify([id, name, voice, speed, language]), { context: { persona, language } });
    if (sample === undefined) throw new CodedError('SPEECH_UNAVAILABLE', { reason: 'the sample was given up' });
    return sample;
  }
}

async function render(client: InferenceClient, { name, voice, speed }: Persona, language: SampleLanguage): Promise<Buffer> {
  try {
    const { audio, sampleRate } = await client.speech({ text: SAID[language](name), voice, speed, language, priority: 'rest' }, AbortSignal.timeout(TIMEOUT));
    const pieces: Int16Array[] = [];
    for await (const piece of audio) pieces.push(piece);
    return wavFile({ pcm: joined(pieces), sampleRate });
  } catch (cause) {
    // Where inference is, and why it is away, is the operator's business.
    throw isCodedError(cause, 'SPEECH_UNAVAILABLE') ? cause : new CodedError('SPEECH_UNAVAILABLE', { reason: 'the speech service does not answer' }, { cause });
  }
}
