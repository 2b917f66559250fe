import { distribution, type Distribution } from '../../core/distribution.ts';
import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';

/** What is said, by language: a word, a question, a long sentence. */
export const TEXTS = {
  fr: {
    short: 'Très bien.',
    medium: "Qu'est-ce qui vous aiderait à avancer ?",
    long: 'Votre voix baisse à la fin des phrases, ce qui vous fait paraître moins sûr de vous que vous ne l’êtes en vérité.',
  },
  en: {
    short: 'Very good.',
    medium: 'What would help you to move forward?',
    long: 'Your voice drops at the end of your sentences, which makes you seem less sure of yourself than you really are.',
  },
} as const;

export interface SpeechFigures {
  readonly level: string;
  readonly voice: string;
  readonly length: keyof (typeof TEXTS)['fr'];
  /** Of speech. */
  readonly seconds: number;
  /** From the request to the first sample in the caller, ms. */
  readonly firstAudio: Distribution;
  /** The same once it is remembered. */
  readonly cached: Distribution;
  /** Time to all of it ÷ its duration. */
  readonly rtf: Distribution;
}

/** Asks one level for each text `rounds` times, one after the other, anew and from the cache. */
export async function measureSpeech(inference: InferenceClient, { level, voice, language, rounds }: { level: string; voice: string; language: keyof typeof TEXTS; rounds: number }): Promise<SpeechFigures[]> {
  const figures: SpeechFigures[] = [];
  for (const [length, text] of Object.entries(TEXTS[language]) as [SpeechFigures['length'], string][]) {
    const [firstAudio, cached, rtf]: [number[], number[], number[]] = [[], [], []];
    let seconds = 0;
    const ask = async (fresh: boolean): Promise<{ first: number; all: number }> => {
      const began = performance.now();
      const { audio } = await inference.speech({ text, model: level, voice, language, reuse_cache: !fresh, store: false });
      let first = NaN;
      let samples = 0;
      for await (const chunk of audio) {
        if (samples === 0) first = performance.now() - began;
        samples += chunk.length;
      }
      seconds = samples / SPEECH_SAMPLE_RATE;
      return { first, all: performance.now() - began };
    };
    await ask(false);
    for (let round = 0; round < rounds; round += 1) {
      const fresh = await ask(true);
      firstAudio.push(fresh.first);
      rtf.push(fresh.all / 1_000 / seconds);
      cached.push((await ask(false)).first);
    }
    figures.push({ level, voice, length, seconds, firstAudio: distribution(firstAudio), cached: distribution(cached), rtf: distribution(rtf) });
  }
  return figures;
}
