import { Registry } from 'prom-client';
import { loadConfig } from '../core/config.ts';
import { createLogger } from '../core/log.ts';
import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';
import { ComputeGate } from '../inference/process/compute-gate.ts';
import { Espeak } from '../inference/tts/espeak.ts';
import { Kokoro } from '../inference/tts/kokoro.ts';
import { Pico } from '../inference/tts/pico.ts';
import { synthesiserOf, type Synthesiser } from '../inference/tts/synthesiser.ts';
import { treeUse } from './processes.ts';
import { distribution, type Distribution } from './statistics.ts';

const THREADS = 2;
const ROUNDS = 10;
const PATIENCE = 60_000;
const TEXTS = {
  short: 'Très bien.',
  medium: "Qu'est-ce qui vous aiderait à avancer ?",
  long: 'Votre voix baisse à la fin des phrases, ce qui vous fait paraître moins sûr de vous que vous ne l’êtes en vérité.',
} as const;

export interface TtsFigures {
  readonly utterances: {
    readonly level: string;
    readonly length: keyof typeof TEXTS;
    /** Of speech. */
    readonly seconds: number;
    /** From the request to the first audible sample, ms. */
    readonly firstAudio: Distribution;
    readonly cached: Distribution;
    /** Processing time ÷ duration of the speech. */
    readonly rtf: Distribution;
  }[];
  readonly megabytes: { readonly level: string; readonly megabytes: number }[];
}

/** Measures each level of speech on its own: the real engines, nothing else running. */
export async function benchTts(): Promise<TtsFigures> {
  const log = createLogger('bench', 'warn');
  const { stt, tts } = loadConfig();
  // A slow level is to be measured, not given up.
  for (const level of Object.values(tts.levels)) level.deadline = PATIENCE;
  const config = { stt, tts: { ...tts, cache: { ...tts.cache, diskMegabytes: 0 } } };
  const engines = [new Kokoro({ threads: THREADS, log, gate: new ComputeGate(1) }), new Pico({ log }), new Espeak()];
  try {
    await Promise.all(engines.map((engine) => engine.ready()));
    const utterances: TtsFigures['utterances'] = [];
    for (const engine of engines) {
      const synthesiser = synthesiserOf([engine], { config, log, registry: new Registry() });
      for (const [length, text] of Object.entries(TEXTS) as [keyof typeof TEXTS, string][]) utterances.push({ level: engine.name, length, ...(await measure(synthesiser, text)) });
    }
    const megabytes = engines.flatMap((engine) => ('process' in engine && engine.process.state.kind === 'ready' ? [{ level: engine.name, megabytes: treeUse(engine.process.state.pid).megabytes }] : []));
    return { utterances, megabytes };
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

/** A line for each figure: measure, target, result. */
export function ttsRows({ utterances, megabytes }: TtsFigures): { measure: string; target: string; result: string }[] {
  const spread = ({ mean, p50, p95 }: Distribution, digits: number): string => `mean ${mean.toFixed(digits)}, p50 ${p50.toFixed(digits)}, p95 ${p95.toFixed(digits)}`;
  return [
    ...utterances.flatMap(({ level, length, seconds, firstAudio, cached, rtf }) => {
      const what = `${level}, ${length} (${seconds.toFixed(1)} s)`;
      return [
        { measure: `${what}: first audio`, target: level === 'kokoro' ? 'p50 ≤ 150 ms' : '', result: `${spread(firstAudio, 0)} ms` },
        { measure: `${what}: first audio, cached`, target: 'p50 ≤ 5 ms', result: `${spread(cached, 2)} ms` },
        { measure: `${what}: RTF`, target: level === 'kokoro' ? 'p50 ≤ 0.2' : '', result: spread(rtf, 3) },
      ];
    }),
    ...megabytes.map(({ level, megabytes: size }) => ({ measure: `${level}: memory`, target: '', result: `${size.toFixed(0)} MB` })),
  ];
}

async function measure(synthesiser: Synthesiser, text: string): Promise<Pick<TtsFigures['utterances'][number], 'seconds' | 'firstAudio' | 'cached' | 'rtf'>> {
  const [firstAudio, cached, rtf]: [number[], number[], number[]] = [[], [], []];
  let seconds = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const fresh = await synthesiser.synthesize({ text, reuse_cache: false });
    firstAudio.push(fresh.firstAudioMs);
    seconds = (await samples(fresh.audio)) / SPEECH_SAMPLE_RATE;
    rtf.push((performance.now() - began) / 1_000 / seconds);
    const again = await synthesiser.synthesize({ text });
    cached.push(again.firstAudioMs);
    await samples(again.audio);
  }
  return { seconds, firstAudio: distribution(firstAudio), cached: distribution(cached), rtf: distribution(rtf) };
}

async function samples(audio: AsyncIterable<Int16Array>): Promise<number> {
  let count = 0;
  for await (const chunk of audio) count += chunk.length;
  return count;
}
