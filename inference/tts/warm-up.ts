import { systemClock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import { PRIORITY } from '../process/compute-gate.ts';
import type { UtteranceRequest } from './engine.ts';
import type { Level } from './level.ts';
import { findVoice } from './voices.ts';

const SAID: Readonly<Record<Config['stt']['language'], string>> = { fr: 'Bonjour.', en: 'Good morning.' };

/** Measures how soon each level speaks on this machine. One that costs money is not asked; one that fails keeps its target. */
export async function measureLevels(levels: readonly Level[], language: Config['stt']['language'], log: Logger): Promise<void> {
  const request: UtteranceRequest = { text: SAID[language], voice: findVoice(undefined, language).id, language, speed: 1, priority: PRIORITY.rest };
  for (const level of levels.filter(({ engine }) => engine.available() && engine.remote !== true && engine.speaks?.(request) !== false)) {
    const began = systemClock.now();
    try {
      for await (const chunk of level.engine.synthesize(request, AbortSignal.timeout(level.deadline))) {
        if (chunk.length > 0) break;
      }
      level.measured(systemClock.now() - began, { first: true });
    } catch (err) {
      log.warn({ err, level: level.name }, 'a level of speech could not be measured');
    }
  }
  log.info({ firstAudioMs: Object.fromEntries(levels.map((level) => [level.name, Math.round(level.measuredMs)])) }, 'levels of speech measured');
}
