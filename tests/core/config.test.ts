import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../core/config.ts';
import { isCodedError } from '../../core/errors.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'eloquence-config-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, text);
  return path;
}

function failure(env: NodeJS.ProcessEnv): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (isCodedError(error, 'CONFIG_INVALID')) return error.message;
    throw error;
  }
  return '';
}

describe('loadConfig', () => {
  it('has the ports and models that other programs rely on as defaults', () => {
    expect(loadConfig({})).toMatchObject({
      host: '127.0.0.1',
      livekit: { port: 7880, url: 'ws://127.0.0.1:7880' },
      tokenService: { port: 7881, url: 'http://127.0.0.1:7881' },
      inference: { port: 8000, url: 'http://127.0.0.1:8000' },
      llm: { model: 'mistral-nemo-instruct-2407', temperature: 0.7, maxTokens: 150 },
    });
  });

  it('lays a file over the defaults, only where it differs', () => {
    const config = loadConfig({ ELOQUENCE_CONFIG: file('inference: { port: 9000 }\ntts: { levels: [pico] }') });
    expect(config.inference).toMatchObject({ port: 9000, url: 'http://127.0.0.1:9000', threads: loadConfig({}).inference.threads });
    expect(config.tts.levels).toEqual(['pico']);
  });

  it('lets the environment win', () => {
    expect(loadConfig({ ELOQUENCE_CONFIG: file('livekit: { url: "ws://file:1" }'), LIVEKIT_URL: 'wss://environment' }).livekit.url).toBe('wss://environment');
    expect(loadConfig({ LIVEKIT_URL: '' }).livekit.url).toBe('ws://127.0.0.1:7880');
  });

  it('places the services where the host can be reached from this machine', () => {
    expect(loadConfig({ ELOQUENCE_HOST: '0.0.0.0' }).tokenService.url).toBe('http://127.0.0.1:7881');
    expect(loadConfig({ ELOQUENCE_HOST: '::1' }).inference.url).toBe('http://[::1]:8000');
    expect(loadConfig({ ELOQUENCE_HOST: '192.0.2.1' }).livekit.url).toBe('ws://192.0.2.1:7880');
  });

  it.each([
    ['a port that is none', 'inference: { port: 70000 }', '/inference/port'],
    ['a word for a number', 'agent: { maxRooms: many }', '/agent/maxRooms'],
    ['an unknown setting', 'inference: { prt: 1 }', '/inference'],
    ['broken YAML', 'inference: {', '/'],
    ['a list', '- 1', '/'],
  ])('refuses %s, naming file and place', (_, text, path) => {
    const mine = file(text);
    expect(failure({ ELOQUENCE_CONFIG: mine })).toContain(`${mine} is not valid at ${path}`);
  });

  it('refuses a file that is not there', () => {
    expect(failure({ ELOQUENCE_CONFIG: join(folder, 'none.yaml') })).toContain('ENOENT');
  });
});
