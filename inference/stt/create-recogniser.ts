import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Registry } from 'prom-client';
import type { Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { ComputeGate } from '../process/compute-gate.ts';
import type { SttEngine } from './engine.ts';
import { OPENAI_BASE_URL, OpenAiSttEngine } from './openai-compatible.ts';
import { recogniserOf, type Recogniser } from './recogniser.ts';
import { VoiceDetector } from './voice-detector.ts';
import { VoskServerEngine } from './vosk-server.ts';
import { VoskEngine } from './vosk.ts';
import { WhisperEngine } from './whisper.ts';

interface Surroundings {
  readonly log: Logger;
  readonly gate: ComputeGate;
  readonly registry: Registry;
}

/** The chain of the engines that `stt.engines` names, without those that lack what they need. */
export function createRecogniser(config: Config, { log, gate, registry }: Surroundings, env: NodeJS.ProcessEnv = process.env): Recogniser {
  const { stt, inference: { threads, nvidiaSmi } } = config;
  let detector: VoiceDetector | undefined;
  const sharedDetector = (): VoiceDetector => (detector ??= new VoiceDetector({ log }));

  const makers: Readonly<Record<Config['stt']['engines'][number], () => SttEngine | undefined>> = {
    'vosk-server': () => (stt.voskServer.url === '' ? undefined : new VoskServerEngine(stt.voskServer.url, { stall: stt.stallDeadline })),
    whisper: () => new WhisperEngine({ threads, log, gate, settings: stt.whisper, nvidiaSmi, detector: sharedDetector() }),
    vosk: () => {
      const { model, language } = stt.vosk;
      const [library, folder] = [inModels(stt.vosk.library), inModels(model)];
      return existsSync(library) && existsSync(folder) ? new VoskEngine({ name: basename(folder), language, library, folder, log, gate }) : undefined;
    },
    'openai-compatible': () => {
      const { baseUrl, model, deadline } = stt.openai;
      const apiKey = env['STT_OPENAI_API_KEY'] || undefined;
      if (apiKey === undefined && baseUrl === '') return undefined;
      return new OpenAiSttEngine({ baseUrl: baseUrl || OPENAI_BASE_URL, apiKey, model, deadline, detector: sharedDetector() });
    },
  };
  const engines = stt.engines.flatMap((name) => makers[name]() ?? []);
  return recogniserOf(engines, { language: stt.language, log, registry, stall: stt.stallDeadline });
}

/** An absolute path, or one below models/ of the data folder. */
const inModels = (path: string): string => resolve(inHome('models'), path);
