import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../core/log.ts';
import { inHome, ROOT } from '../core/paths.ts';
import { wordErrors } from '../core/word-error-rate.ts';
import { decodeAudio } from '../inference/audio/decode.ts';
import { ComputeGate, PRIORITY } from '../inference/process/compute-gate.ts';
import { WhisperEngine } from '../inference/stt/whisper.ts';
import { recordingSets, type Recording } from '../ops/stt/recordings.ts';
import { Python } from '../ops/setup/python.ts';

/** Recordings of people, in folders, each with its transcript beside it. */
const RECORDINGS = join(ROOT, '../shared/speech-fr');
const LANGUAGE = 'fr';

/** Who writes down; the last two are faster-whisper with the same weights. */
const WRITERS = ['ours', 'greedy', 'beam'] as const;
type Writer = (typeof WRITERS)[number];

export interface AccuracyFigures {
  readonly set: string;
  readonly words: number;
  readonly errors: Readonly<Record<Writer, number>>;
  readonly recordings: readonly { readonly file: string; readonly said: string; readonly heard: Readonly<Record<Writer, string>> }[];
}

/**
 * Compares what we write with what faster-whisper 1.2.1 writes with the same weights in int8, greedily and with five
 * beams, both with its own defaults else. Its Python environment is brought into the data folder on first use.
 */
export async function benchAccuracy(): Promise<AccuracyFigures[]> {
  if (!existsSync(RECORDINGS)) return [];
  const sets = recordingSets(RECORDINGS);
  const all = [...sets.values()].flat();
  const [ours, theirs] = [await byUs(all), await byFasterWhisper(all)];
  return [...sets].map(([set, recordings]) => {
    const errors: Record<Writer, number> = { ours: 0, greedy: 0, beam: 0 };
    let words = 0;
    const written = recordings.map(({ file, transcript: said }) => {
      const heard = { ours: ours.get(file) ?? '', greedy: '', beam: '', ...theirs.get(file) };
      words += wordErrors(said, '').words;
      for (const writer of WRITERS) errors[writer] += wordErrors(said, heard[writer]).errors;
      return { file, said, heard };
    });
    return { set, words, errors, recordings: written };
  });
}

/** A line for each set: measure, target, result. */
export function accuracyRows(figures: readonly AccuracyFigures[]): { measure: string; target: string; result: string }[] {
  if (figures.length === 0) return [{ measure: 'word error rate', target: '', result: 'not measured: no recordings' }];
  const percent = (count: number, words: number): string => `${((100 * count) / words).toFixed(1)} %`;
  return figures.map(({ set, words, errors }) => ({
    measure: `word error rate, ${set} (${String(words)} words)`,
    target: 'as faster-whisper, greedy',
    result: `${percent(errors.ours, words)}; faster-whisper greedy ${percent(errors.greedy, words)}, 5 beams ${percent(errors.beam, words)}`,
  }));
}

async function byUs(recordings: readonly Recording[]): Promise<ReadonlyMap<string, string>> {
  const engine = new WhisperEngine({ threads: 2, log: createLogger('bench', 'warn'), gate: new ComputeGate(1) });
  try {
    await engine.ready();
    const texts = new Map<string, string>();
    for (const { file } of recordings) {
      const audio = await decodeAudio(readFileSync(file), { maxMinutes: 60 });
      texts.set(file, (await engine.transcribe(audio, { language: LANGUAGE, words: false, priority: PRIORITY.rest })).text);
    }
    return texts;
  } finally {
    await engine.close();
  }
}

async function byFasterWhisper(recordings: readonly Recording[]): Promise<ReadonlyMap<string, { greedy: string; beam: string }>> {
  const python = new Python(inHome('bench'), join(import.meta.dirname, 'faster-whisper.txt'));
  const texts = new Map<string, { greedy: string; beam: string }>();
  await python.run(join(import.meta.dirname, 'faster-whisper.py'), [inHome('bench/faster-whisper-base'), LANGUAGE, ...recordings.map(({ file }) => file)], (line) => {
    if (!line.startsWith('{')) return; // a warning
    const { file, ...heard } = JSON.parse(line) as { file: string; greedy: string; beam: string };
    texts.set(file, heard);
  });
  return texts;
}
