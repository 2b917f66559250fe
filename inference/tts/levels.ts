import type { Config, SpeechLevel } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { ComputeGate } from '../process/compute-gate.ts';
import type { SpeechEngine } from './engine.ts';
import { Espeak } from './espeak.ts';
import { Kokoro } from './kokoro.ts';
import { Pico } from './pico.ts';
import { SpeechServer } from './speech-server.ts';

export interface LevelDeps {
  readonly log: Logger;
  readonly gate: ComputeGate;
}

/** How each level is made; undefined where what it needs is not there. */
const makers = ({ tts: { levels }, inference: { threads } }: Config, { log, gate }: LevelDeps): Readonly<Record<SpeechLevel, () => SpeechEngine | undefined>> => ({
  'speech-server': () => (levels['speech-server'].url === '' ? undefined : new SpeechServer(levels['speech-server'].url)),
  kokoro: () => new Kokoro({ threads, log, gate }),
  pico: () => new Pico({ log }),
  espeak: () => new Espeak(),
});

/**
 * The engines of `tts.order` that are enabled and have what they need, best first.
 * @throws CodedError CONFIG_INVALID when none is left
 */
export function createLevels(config: Config, deps: LevelDeps): SpeechEngine[] {
  const make = makers(config, deps);
  const engines = config.tts.order.filter((level) => config.tts.levels[level].enabled).flatMap((level) => make[level]() ?? []);
  if (engines.length === 0) throw new CodedError('CONFIG_INVALID', { file: 'config/tts.yaml', path: '/tts/order', reason: 'no way of speaking is enabled and there' });
  return engines;
}
