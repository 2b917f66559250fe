import { distribution, type Distribution } from '../../core/distribution.ts';
import type { Clock } from '../../core/clock.ts';
import { wordErrors } from '../../core/word-error-rate.ts';
import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { joined, type Sound } from '../../protocol/pcm.ts';
import { readAudio, type Recording } from './recordings.ts';
import { afterSpeech, partialLag, speakTo } from './spoken-along.ts';

/** What is said, by language: about 1, 3, 8 and 20 seconds of it. */
const TEXTS = {
  fr: [
    'Très bien, merci.',
    'Je pense que ce projet peut vraiment réussir cette année.',
    'Quand je prends la parole devant mon équipe, je respire d’abord, je regarde les gens, puis je commence par ce qui compte le plus pour eux.',
    'Je vous remercie d’être venus aussi nombreux ce matin. Nous avons travaillé pendant six mois sur ce projet, et nous avons beaucoup appris de nos clients. Ce qui me plaît dans ce métier, ce sont les rencontres, et je voudrais vous raconter celle qui a changé ma façon de voir. Ensuite, nous parlerons ensemble de la suite.',
  ],
  en: [
    'Very good, thank you.',
    'I think that this project can really succeed this year.',
    'When I speak in front of my team, I first take a breath, I look at the people, and then I begin with what matters most to them.',
    'Thank you all for coming here this morning. We have worked on this project for six months, and we have learned a lot from our customers. What I like about this work is meeting people, and I would like to tell you about the one who changed the way I see things. After that we will talk about what comes next.',
  ],
} as const;

export interface LengthFigures {
  /** Of speech. */
  readonly seconds: number;
  /** A whole file, from the request to the answer, ms. */
  readonly file: Distribution;
  /** Time in the server ÷ duration. */
  readonly rtf: Distribution;
  /** Spoken to the live stream: from the last sample of speech to the transcript that became the result, ms. */
  readonly transcript: Distribution;
  readonly result: Distribution;
  /** How long after its end a word stood on the screen, ms. */
  readonly partialLag: Distribution;
}

export interface MeasureOptions {
  readonly language: keyof typeof TEXTS;
  readonly rounds: number;
  readonly clock?: Clock;
}

/** Has the server speak texts of several lengths and hear them again, `rounds` times each, as a file and as they are spoken. */
export async function measureLengths(inference: InferenceClient, { language, rounds, clock }: MeasureOptions): Promise<LengthFigures[]> {
  const figures: LengthFigures[] = [];
  for (const text of TEXTS[language]) {
    const speech = await spoken(inference, text, language);
    const seconds = speech.pcm.length / speech.sampleRate;
    const withSilence = { ...speech, pcm: joined([speech.pcm, new Int16Array(1.5 * speech.sampleRate)]) };
    const [files, rtfs, transcripts, results, lags]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      const { rtf } = await inference.transcribe(speech, { language });
      files.push(performance.now() - began);
      rtfs.push(rtf);
      const socket = inference.streamRecognition({ sampleRate: speech.sampleRate, language, words: true, preflight: true });
      await socket.opened;
      const told = await speakTo(socket, withSilence, clock);
      const { transcript, result } = afterSpeech(told, seconds * 1_000);
      // Pauses inside a text end utterances as well: only the last is after the speech.
      transcripts.push(transcript.at(-1) ?? NaN);
      results.push(result.at(-1) ?? NaN);
      lags.push(...partialLag(told));
    }
    figures.push({ seconds, file: distribution(files), rtf: distribution(rtfs), transcript: distribution(transcripts), result: distribution(results), partialLag: distribution(lags) });
  }
  return figures;
}

/** Ends with its last loud sample, so that the end of speech is known. */
async function spoken(inference: InferenceClient, text: string, language: string): Promise<Sound> {
  const { audio, sampleRate } = await inference.speech({ text, language });
  const pcm = joined(await Array.fromAsync(audio));
  return { pcm: pcm.slice(0, pcm.findLastIndex((sample) => Math.abs(sample) > 600) + 1), sampleRate };
}

export interface SetFigures {
  readonly set: string;
  readonly recordings: number;
  readonly seconds: number;
  readonly words: number;
  readonly errors: number;
  /** In the server, ms. */
  readonly processing: Distribution;
  /** Time in the server for all ÷ duration of all. */
  readonly rtf: number;
}

/** Has each recording transcribed once and compares with what is said in it. */
export async function measureSets(inference: InferenceClient, sets: ReadonlyMap<string, readonly Recording[]>, { language }: { language: string }): Promise<SetFigures[]> {
  const figures: SetFigures[] = [];
  for (const [set, recordings] of sets) {
    let [seconds, words, errors] = [0, 0, 0];
    const processing: number[] = [];
    for (const { file, transcript } of recordings) {
      const heard = await inference.transcribe(readAudio(file), { language });
      const compared = wordErrors(transcript, heard.text);
      seconds += heard.audioSeconds;
      words += compared.words;
      errors += compared.errors;
      processing.push(heard.processingMs);
    }
    const inAll = processing.reduce((sum, ms) => sum + ms, 0) / 1_000;
    figures.push({ set, recordings: recordings.length, seconds, words, errors, processing: distribution(processing), rtf: inAll / seconds });
  }
  return figures;
}
