import type { Distribution } from '../../core/distribution.ts';
import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { columns, inferenceHere } from '../tts/here.ts';
import { measureLengths, measureSets, type LengthFigures, type MeasureOptions, type SetFigures } from './measure.ts';
import { recordingSets } from './recordings.ts';

/** Measures the running server: by its own voice, or with a folder of recordings by people, and prints a table. */
export async function bench(folder: string | undefined, options: MeasureOptions, inference: InferenceClient = inferenceHere(), print: (line: string) => void = (line) => console.log(line)): Promise<void> {
  const table = folder === undefined ? lengthTable(await measureLengths(inference, options)) : setTable(await measureSets(inference, recordingSets(folder), options));
  print(columns(table));
}

function lengthTable(figures: readonly LengthFigures[]): string[][] {
  const of = ({ p50, p95 }: Distribution, digits = 0): string => `${p50.toFixed(digits)} / ${p95.toFixed(digits)}`;
  return [
    ['speech', 'file, ms: p50 / p95', 'RTF', 'spoken: transcript after its end, ms', 'result, ms', 'words shown after their end, ms'],
    ...figures.map(({ seconds, file, rtf, transcript, result, partialLag }) => [`${seconds.toFixed(1)} s`, of(file), of(rtf, 2), of(transcript), of(result), of(partialLag)]),
  ];
}

function setTable(figures: readonly SetFigures[]): string[][] {
  const all = figures.reduce((sum, set) => ({ recordings: sum.recordings + set.recordings, seconds: sum.seconds + set.seconds, words: sum.words + set.words, errors: sum.errors + set.errors }), { recordings: 0, seconds: 0, words: 0, errors: 0 });
  const rate = ({ words, errors }: { words: number; errors: number }): string => `${((100 * errors) / Math.max(1, words)).toFixed(1)} %`;
  return [
    ['recordings', 'number', 'seconds', 'words', 'word error rate', 'time, ms: p50', 'p95', 'RTF'],
    ...figures.map(({ set, recordings, seconds, words, errors, processing, rtf }) => [set, String(recordings), seconds.toFixed(0), String(words), rate({ words, errors }), processing.p50.toFixed(0), processing.p95.toFixed(0), rtf.toFixed(2)]),
    ...(figures.length > 1 ? [['all', String(all.recordings), all.seconds.toFixed(0), String(all.words), rate(all)]] : []),
  ];
}
