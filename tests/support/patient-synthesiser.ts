import type { Registry } from 'prom-client';
import { loadConfig, type Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import { Alerts } from '../../inference/alerts.ts';
import type { SpeechEngine } from '../../inference/tts/engine.ts';
import { synthesiserOf, type Speech, type Synthesiser } from '../../inference/tts/synthesiser.ts';
import { joined } from '../../protocol/pcm.ts';
import type { SpeechRequest } from '../../protocol/speech.ts';

/** This machine may be busy with other tests: the levels get all the time that they need. */
export function patientConfig(): Config {
  const config = loadConfig({});
  for (const level of Object.values(config.tts.levels)) level.deadline = 60_000;
  return config;
}

/** A synthesiser with a cache of its own in memory over these engines. */
export function patientSynthesiser(engines: readonly SpeechEngine[], { log, registry, alerts = new Alerts({ webhook: undefined, log, registry }) }: { log: Logger; registry: Registry; alerts?: Alerts }): Synthesiser {
  return synthesiserOf(engines, { config: patientConfig(), log, registry, alerts });
}

export const hear = async ({ audio }: Speech): Promise<Int16Array> => joined(await Array.fromAsync(audio));

/** Says a text, and hears it to its end. */
export async function say(synthesiser: Synthesiser, request: Partial<SpeechRequest> = {}): Promise<Speech & { pcm: Int16Array }> {
  const speech = await synthesiser.synthesize({ text: 'Bonjour à vous.', ...request });
  return { ...speech, pcm: await hear(speech) };
}
