import type { Config, SpeechLevel } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { ComputeGate } from '../process/compute-gate.ts';
import { Command } from './command.ts';
import type { SpeechEngine } from './engine.ts';
import { Espeak } from './espeak.ts';
import { Kokoro } from './kokoro.ts';
import { KokoroGpu } from './kokoro-gpu.ts';
import type { KokoroWholeOptions } from './kokoro-whole-process.ts';
import { OpenAiSpeech } from './openai.ts';
import { Pico } from './pico.ts';
import { findPiperVoices } from './piper-voice.ts';
import { Piper } from './piper.ts';
import { SpeechServer } from './speech-server.ts';

export interface LevelDeps {
  readonly log: Logger;
  readonly gate: ComputeGate;
  /** See kokoroOnGpu(), which asks the driver; undefined: no GPU is for Kokoro. */
  readonly kokoroGpu?: KokoroWholeOptions | undefined;
}

/** How each level is made; undefined where what it needs is not there. */
const makers = ({ tts: { levels }, inference: { threads } }: Config, { log, gate, kokoroGpu }: LevelDeps): Readonly<Record<SpeechLevel, () => SpeechEngine | undefined>> => ({
  'speech-server': () => (levels['speech-server'].url === '' ? undefined : new SpeechServer(levels['speech-server'].url)),
  openai: () => {
    const apiKey = process.env['TTS_OPENAI_API_KEY'] || undefined;
    return levels.openai.url === '' || (apiKey === undefined && wantsKey(levels.openai.url)) ? undefined : new OpenAiSpeech({ ...levels.openai, apiKey });
  },
  command: () => (levels.command.command.length === 0 ? undefined : new Command(levels.command)),
  'kokoro-gpu': () => (kokoroGpu === undefined ? undefined : new KokoroGpu({ log, options: kokoroGpu })),
  kokoro: () => new Kokoro({ threads, log, gate }),
  piper: () => {
    const voices = findPiperVoices(inHome('models', 'piper'), levels.piper.voices);
    return voices.length === 0 ? undefined : new Piper({ voices, threads, log, gate });
  },
  pico: () => new Pico({ log }),
  espeak: () => new Espeak(),
});

const wantsKey = (url: string): boolean => new URL(url).hostname === 'api.openai.com';

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
