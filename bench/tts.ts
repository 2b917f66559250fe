import { Registry } from 'prom-client';
import { loadConfig } from '../core/config.ts';
import { distribution, type Distribution } from '../core/distribution.ts';
import { createLogger } from '../core/log.ts';
import { Alerts } from '../inference/alerts.ts';
import { ComputeGate } from '../inference/process/compute-gate.ts';
import { Espeak } from '../inference/tts/espeak.ts';
import { Kokoro } from '../inference/tts/kokoro.ts';
import { Pico } from '../inference/tts/pico.ts';
import { synthesiserOf } from '../inference/tts/synthesiser.ts';
import { measureSpeech, TEXTS, type SpeechFigures } from '../ops/tts/measure.ts';
import { InferenceClient } from '../protocol/clients/inference.ts';
import { EMERGENCY_LEVEL } from '../protocol/emergency-phrases.ts';
import { startInferenceAround } from '../tests/support/inference.ts';
import { treeUse } from './processes.ts';

const ROUNDS = 10;
/** A slow level is to be measured, not given up, ms. */
const PATIENCE = 60_000;
/** The voices of each language; the other levels speak by sex, so that one will do. */
const KOKORO = [['ff_siwis', 'fr'], ['em_alex', 'fr'], ['af_heart', 'en'], ['am_michael', 'en']] as const;

export interface TtsFigures {
  readonly utterances: readonly SpeechFigures[];
  /** From the request to the first sample of the emergency clip in the caller, ms. */
  readonly emergency: Distribution;
  readonly megabytes: number;
  /** CPU seconds of all cores a second of Kokoro's speech. */
  readonly cpu: number;
}

/** Measures each level of speech by a server of its own, over HTTP as its clients do; nothing else running. */
export async function benchTts(): Promise<TtsFigures> {
  const log = createLogger('bench', 'silent');
  const registry = new Registry();
  const config = loadConfig();
  for (const level of Object.values(config.tts.levels)) level.deadline = PATIENCE;
  config.tts.cache.diskMegabytes = 0;
  const kokoro = new Kokoro({ threads: config.inference.threads, log, gate: new ComputeGate(1) });
  const synthesiser = synthesiserOf([kokoro, new Pico({ log }), new Espeak()], { config, log, registry, alerts: new Alerts({ webhook: undefined, log, registry }) });
  try {
    await synthesiser.ready();
    const emergencyReady = async (): Promise<boolean> => synthesiser.synthesize({ text: 'Bonjour.', model: EMERGENCY_LEVEL, voice: 'am_michael' }).then(() => true, () => false);
    while (!(await emergencyReady())) await new Promise((resolve) => setTimeout(resolve, 200)); // the last to be rendered
    await using server = await startInferenceAround({ synthesiser, log });
    const inference = new InferenceClient(server.url);
    const { state } = kokoro.process;
    const use = (): { cpuSeconds: number; megabytes: number } => (state.kind === 'ready' ? treeUse(state.pid) : { cpuSeconds: NaN, megabytes: NaN });
    const before = use().cpuSeconds;
    const utterances: SpeechFigures[] = [];
    for (const [voice, language] of KOKORO) utterances.push(...(await measureSpeech(inference, { level: 'kokoro', voice, language, rounds: ROUNDS })));
    const { cpuSeconds, megabytes } = use();
    // Each text is made once more than it is counted, to be remembered.
    const spoken = utterances.reduce((sum, { seconds }) => sum + seconds * (ROUNDS + 1), 0);
    for (const level of ['pico', 'espeak']) {
      for (const language of Object.keys(TEXTS) as (keyof typeof TEXTS)[]) utterances.push(...(await measureSpeech(inference, { level, voice: language === 'fr' ? 'ff_siwis' : 'af_heart', language, rounds: ROUNDS })));
    }
    return { utterances, emergency: await measureEmergency(inference), megabytes, cpu: (cpuSeconds - before) / spoken };
  } finally {
    await synthesiser.close();
  }
}

async function measureEmergency(inference: InferenceClient): Promise<Distribution> {
  const samples: number[] = [];
  for (let round = 0; round < 10 * ROUNDS; round += 1) {
    const began = performance.now();
    const { audio } = await inference.speech({ text: 'Bonjour.', model: EMERGENCY_LEVEL });
    for await (const chunk of audio) if (chunk.length > 0) break;
    samples.push(performance.now() - began);
  }
  return distribution(samples);
}

/** A line for each figure: measure, target, result. */
export function ttsRows({ utterances, emergency, megabytes, cpu }: TtsFigures): { measure: string; target: string; result: string }[] {
  const spread = ({ p50, p95 }: Distribution, digits: number): string => `p50 ${p50.toFixed(digits)}, p95 ${p95.toFixed(digits)}`;
  return [
    ...utterances.flatMap(({ level, voice, length, seconds, firstAudio, cached, rtf }) => {
      const what = `${level} ${voice}, ${length} (${seconds.toFixed(1)} s)`;
      return [
        { measure: `${what}: first audio`, target: 'p95 ≤ 150 ms', result: `${spread(firstAudio, 0)} ms` },
        { measure: `${what}: cached`, target: 'p95 < 5 ms', result: `${spread(cached, 1)} ms` },
        { measure: `${what}: RTF`, target: level === 'kokoro' ? '≤ 0.15' : '', result: spread(rtf, 3) },
      ];
    }),
    { measure: 'emergency clip: first audio', target: '< 5 ms', result: `${spread(emergency, 1)} ms` },
    { measure: 'kokoro: CPU a second of speech', target: '', result: `${cpu.toFixed(2)} s` },
    { measure: 'kokoro: memory', target: '', result: `${megabytes.toFixed(0)} MB` },
  ];
}
