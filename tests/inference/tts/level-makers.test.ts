import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadConfig, type Config, type SpeechLevel } from '../../../core/config.ts';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import type { KokoroWholeOptions } from '../../../inference/tts/kokoro-whole-process.ts';
import { createLevels } from '../../../inference/tts/levels.ts';
import { installPiperVoice } from '../../support/piper-voice/install.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OPTIONAL: readonly SpeechLevel[] = ['speech-server', 'openai', 'command', 'kokoro-gpu', 'piper'];

let home: string;
beforeEach(() => {
  home = temporaryFolder();
  vi.stubEnv('ELOQUENCE_HOME', home);
});
afterEach(() => vi.unstubAllEnvs());

/** The levels that there are, of those that need something and espeak. */
function levels(change: (levels: Config['tts']['levels']) => void = () => undefined, kokoroGpu?: KokoroWholeOptions): string[] {
  const config = structuredClone(loadConfig({}));
  config.tts.order = [...OPTIONAL, 'espeak'];
  change(config.tts.levels);
  const engines = createLevels(config, { log: createLogger('test'), gate: new ComputeGate(1), kokoroGpu });
  onTestFinished(() => Promise.all(engines.map((engine) => engine.close())).then(() => undefined));
  return engines.map(({ name }) => name);
}

it('of the shipped settings are those that need nothing', () => {
  expect(levels()).toEqual(['espeak']);
});

describe('openai is there', () => {
  it('only when it is wanted, even with a key', () => {
    vi.stubEnv('TTS_OPENAI_API_KEY', 'sk-x');
    expect(levels()).toEqual(['espeak']);
    expect(levels(({ openai }) => (openai.enabled = true))).toEqual(['openai', 'espeak']);
  });

  it('without a key where the server is not OpenAI’s own', () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-for-the-language-model');
    expect(levels(({ openai }) => (openai.enabled = true))).toEqual(['espeak']);
    expect(levels(({ openai }) => Object.assign(openai, { enabled: true, url: 'http://127.0.0.1:1/v1' }))).toEqual(['openai', 'espeak']);
  });
});

it('command is there when a program is named', () => {
  expect(levels(({ command }) => (command.command = ['piper', '--output-raw']))).toEqual(['command', 'espeak']);
});

it('kokoro-gpu is there when a GPU was found for it', () => {
  const options: KokoroWholeOptions = { model: 'kokoro.onnx', models: home, voices: [], device: { kind: 'cpu', threads: 1 } };
  expect(levels(undefined, options)).toEqual(['kokoro-gpu', 'espeak']);
  expect(levels((settings) => (settings['kokoro-gpu'].enabled = false), options)).toEqual(['espeak']);
});

it('piper is there when one of its voices is', () => {
  mkdirSync(join(home, 'models'), { recursive: true });
  installPiperVoice(join(home, 'models/piper'), 'de_DE-thorsten-medium');
  expect(levels()).toEqual(['espeak']);
  installPiperVoice(join(home, 'models/piper'), 'fr_FR-siwis-low');
  expect(levels()).toEqual(['piper', 'espeak']);
});
