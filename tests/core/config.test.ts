import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inferenceUrls, loadConfig } from '../../core/config.ts';
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
    const config = loadConfig({ ELOQUENCE_CONFIG: file('inference: { port: 9000 }\ntts: { order: [pico] }') });
    expect(config.inference).toMatchObject({ port: 9000, url: 'http://127.0.0.1:9000', threads: loadConfig({}).inference.threads });
    expect(config.tts.order).toEqual(['pico']);
  });

  it('lets the environment win', () => {
    expect(loadConfig({ ELOQUENCE_CONFIG: file('livekit: { url: "ws://file:1" }'), LIVEKIT_URL: 'wss://environment' }).livekit.url).toBe('wss://environment');
    expect(loadConfig({ LIVEKIT_URL: '' }).livekit.url).toBe('ws://127.0.0.1:7880');
  });

  it('takes several inference servers, the preferred one first', () => {
    expect(inferenceUrls(loadConfig({ INFERENCE_URL: 'http://a:1, https://b:2' }))).toEqual(['http://a:1', 'https://b:2']);
    expect(inferenceUrls(loadConfig({}))).toEqual(['http://127.0.0.1:8000']);
    expect(failure({ INFERENCE_URL: 'http://a:1,nonsense' })).toContain('/inference/url');
  });

  it('places the services where the host can be reached from this machine', () => {
    expect(loadConfig({ ELOQUENCE_HOST: '0.0.0.0' }).tokenService.url).toBe('http://127.0.0.1:7881');
    expect(loadConfig({ ELOQUENCE_HOST: '::1' }).inference.url).toBe('http://[::1]:8000');
    expect(loadConfig({ ELOQUENCE_HOST: '192.0.2.1' }).livekit.url).toBe('ws://192.0.2.1:7880');
  });

  it.each([
    ['a port that is none', 'inference: { port: 70000 }', '/inference/port'],
    ['a word for a number', 'agent: { maxRooms: many }', '/agent/maxRooms'],
    ['an unknown setting', 'inference: { prt: 1 }', '/inference/prt: there is no such setting'],
    ['an unknown section', 'infrence: { port: 1 }', '/infrence: there is no such setting'],
    ['a voice that there is not', 'tts: { order: [pico, nope] }', '/tts/order/1: “nope” is none of speech-server, openai, command, kokoro-gpu, kokoro, piper, pico, espeak'],
    ['a language model that there is not', 'llm: { order: [nope] }', '/llm/order/0: “nope” is none of mistral, scaleway, openai-compatible, local'],
    ['a recogniser that there is not', 'stt: { engines: [nope] }', '/stt/engines/0: “nope” is none of vosk-server, whisper, vosk, openai-compatible'],
    ['a language that there is not', 'stt: { language: de }', '/stt/language: “de” is none of fr, en'],
    ['a setting left empty', 'host:', '/host: it is empty'],
    ['an empty text where there must be one', 'host: ""', '/host: it is empty'],
    ['a port left empty', 'inference: { port: }', '/inference/port: it is empty'],
    ['a section that is none', 'livekit: 7880', '/livekit: must be object'],
    ['an address that is none', 'livekit: { url: "localhost:7880" }', '/livekit/url: it is no address that begins with ws://, wss://, http://, https://'],
    ['a public address that is none', 'livekit: { publicUrl: media.example }', '/livekit/publicUrl: it is no address'],
    ['an inference address that is none', 'inference: { url: "ws://127.0.0.1:8000" }', '/inference/url: it is no list of addresses that begin with http:// or https://'],
    ['a token service address that is none', 'tokenService: { url: nonsense }', '/tokenService/url: it is no address'],
    ['broken YAML', 'inference: {', '/'],
    ['a list', '- 1', '/'],
  ])('refuses %s, naming file and place', (_, text, path) => {
    const mine = file(text);
    expect(failure({ ELOQUENCE_CONFIG: mine })).toContain(`${mine} is not valid at ${path}`);
  });

  it('names the variable that a bad value came from', () => {
    const mine = file('inference: { url: "http://file" }');
    expect(failure({ ELOQUENCE_CONFIG: mine, INFERENCE_URL: 'nonsense' })).toContain('INFERENCE_URL of the environment is not valid at /inference/url');
    expect(failure({ ELOQUENCE_CONFIG: file('inference: { url: nonsense }'), LIVEKIT_URL: 'ws://fine' })).toContain(`${mine} is not valid at /inference/url`);
  });

  it('takes a section of comments alone for one that differs in nothing', () => {
    expect(loadConfig({ ELOQUENCE_CONFIG: file('livekit:\n  # port: 1\n') })).toEqual(loadConfig({}));
  });

  it('refuses a file that is not there', () => {
    expect(failure({ ELOQUENCE_CONFIG: join(folder, 'none.yaml') })).toContain('ENOENT');
  });
});
