import type { Distribution } from '../../core/distribution.ts';
import { columns, inferenceHere } from './here.ts';
import { measureSpeech, type TEXTS } from './measure.ts';

export interface BenchOptions {
  readonly level?: string;
  readonly voice: string;
  readonly language: keyof typeof TEXTS;
  readonly rounds: number;
}

/** Measures each level of the running server, or one, and prints a table. */
export async function bench({ level, voice, language, rounds }: BenchOptions): Promise<void> {
  const inference = inferenceHere();
  const levels = level === undefined ? (await inference.status()).levels.filter(({ status }) => status === 'ok').map((state) => state.level) : [level];
  const rows = [['level', 'text', 'seconds', 'first sound, ms: mean', 'p50', 'p95', 'cached: p50', 'p95', 'RTF: mean', 'p50', 'p95']];
  for (const each of levels) {
    for (const { length, seconds, firstAudio, cached, rtf } of await measureSpeech(inference, { level: each, voice, language, rounds })) {
      const of = ({ mean, p50, p95 }: Distribution, digits: number): string[] => [mean, p50, p95].map((figure) => figure.toFixed(digits));
      rows.push([each, length, seconds.toFixed(1), ...of(firstAudio, 0), ...of(cached, 1).slice(1), ...of(rtf, 3)]);
    }
  }
  console.log(columns(rows));
}
