import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../../core/errors.ts';
import { Command, type CommandOptions } from '../../../inference/tts/command.ts';
import type { UtteranceRequest } from '../../../inference/tts/engine.ts';
import { wavHeader } from '../../../protocol/pcm.ts';
import { utter } from '../../support/speech-engines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { residueDb, sine, toPcm } from '../../support/tones.ts';

const REQUEST: UtteranceRequest = { text: 'Bonjour, Léa.', voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 };
const TONE = toPcm(sine(440, 22_050, 0.5));
const bytes = (pcm: Int16Array): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);

/** A program whose body is `script`, in a folder that holds `tone` and `header`. */
function program(script: string, options: Partial<CommandOptions> = {}): { engine: Command; folder: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'tone'), bytes(TONE));
  writeFileSync(join(folder, 'header'), wavHeader(22_050));
  writeFileSync(join(folder, 'whole'), wavHeader(22_050, TONE.byteLength));
  const file = join(folder, 'speak');
  writeFileSync(file, `#!/bin/sh\ncd "${folder}"\n${script}\n`);
  chmodSync(file, 0o755);
  const { command = [], ...others } = options;
  return { folder, engine: new Command({ command: [file, ...command], sampleRate: 22_050, gain: 1, voices: {}, ...others }) };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has asked for yet is still listed.
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('speaks', () => {
  it.each([
    ['raw PCM', 'cat > /dev/null; cat tone'],
    ['a WAV that is streamed', 'cat > /dev/null; cat header tone'],
    ['a WAV with something after the sound', 'cat > /dev/null; cat whole tone; echo LISTabcdefghijkl'],
    ['in dribs and drabs', 'cat > /dev/null; head -c 1001 tone; tail -c +1002 tone'],
  ])('from %s, at the rate of speech', async (_, script) => {
    const { pcm } = await utter(program(script).engine, REQUEST.text);
    expect(Math.abs(pcm.length - 12_000)).toBeLessThan(2);
    expect(residueDb(Float32Array.from(pcm.subarray(2_400, 9_600)), 440, 24_000)).toBeLessThan(-55);
  });

  it('with the program espeak-ng, a real one', async () => {
    const engine = new Command({ command: ['espeak-ng', '--stdin', '--stdout', '-b', '1', '-v', '{voice}'], sampleRate: 16_000, gain: 1, voices: { ff_siwis: 'fr+steph' } });
    await engine.ready();
    const { pcm } = await utter(engine, REQUEST.text);
    expect(pcm.length / 24_000).toBeGreaterThan(0.5);
    expect(pcm.length / 24_000).toBeLessThan(3);
  });

  it('as loud as the setting says', async () => {
    const [loud, quiet] = [await utter(program('cat tone').engine, 'Oui.'), await utter(program('cat tone', { gain: 0.25 }).engine, 'Oui.')];
    expect(Math.max(...quiet.pcm) / Math.max(...loud.pcm)).toBeCloseTo(0.25, 2);
  });
});

describe('the program', () => {
  it('gets the text as one line, and voice and pace where it wants them; no shell reads any of it', async () => {
    const { engine, folder } = program('cat > text; printf "%s\\n" "$@" > args; cat tone', { command: ['--model', '{voice}.onnx', '--length', '{length}', '{language}/{sex}', '$(id); {other}'], voices: { em_alex: 'fr_FR-tom-medium' } });
    await utter(engine, 'Bonjour.\n\n$(id) « Léa »', { voice: 'em_alex', speed: 0.8 });
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('Bonjour. $(id) « Léa »\n');
    expect(readFileSync(join(folder, 'args'), 'utf8').trimEnd().split('\n')).toEqual(['--model', 'fr_FR-tom-medium.onnx', '--length', '1.25', 'fr/male', '$(id); {other}']);
  });

  it('gets none of our keys', async () => {
    vi.stubEnv('MISTRAL_API_KEY', 'secret-of-the-operator');
    const { engine, folder } = program('env > env; cat tone');
    await utter(engine, 'Oui.');
    vi.unstubAllEnvs();
    expect(readFileSync(join(folder, 'env'), 'utf8')).toMatch(/^PATH=/mu);
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('secret-of-the-operator');
  });
});

describe('fails with a code, and without the text', () => {
  it.each([
    ['ends with an error', 'cat >&2; exit 3', 'it ended with 3'],
    ['ends with an error after it spoke', 'cat tone; exit 4', 'it ended with 4'],
    ['dies on the way', 'head -c 4000 tone; kill -9 $$', 'it ended with SIGKILL'],
    ['says nothing', 'cat > /dev/null', 'it sent no audio'],
    ['ends before it reads', 'exit 0', 'it sent no audio'],
    ['sends words', 'cat; cat', 'it sent text, not audio'],
    ['breaks off', 'cat whole; head -c 4000 tone', 'the audio broke off'],
    ['ends inside a sample', 'head -c 4001 tone', 'the audio broke off'],
  ])('when it %s', async (_, script, reason) => {
    const error: unknown = await utter(program(script).engine, 'Bonjour, Léa, bonjour.').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CodedError);
    expect(error).toMatchObject({ code: 'ENGINE_FAILED', details: { engine: 'command' } });
    if (!reason.endsWith('SIGKILL')) expect(error).toMatchObject({ details: { reason } });
    expect(inspect(error, { depth: 9 })).not.toContain('Léa');
  });

  it('when it is not there', async () => {
    const engine = new Command({ command: ['no-such-program'], sampleRate: 22_050, gain: 1, voices: {} });
    expect(engine.available()).toBe(false);
    await expect(engine.ready()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(utter(engine, 'Oui.')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { reason: 'it cannot be started (ENOENT)' } });
  });
});

describe('ends with its whole family', () => {
  const HANGING = 'sleep 600 & echo $! > child; echo $$ > parent; cat tone; wait';
  const pids = (folder: string): number[] => ['child', 'parent'].map((name) => Number(readFileSync(join(folder, name), 'utf8')));

  it('when it is told to', async () => {
    const { engine, folder } = program(HANGING);
    const stop = new AbortController();
    const audio = engine.synthesize(REQUEST, stop.signal);
    await audio.next();
    expect(pids(folder).map(alive)).toEqual([true, true]);
    stop.abort();
    await expect(Array.fromAsync(audio)).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => pids(folder).map(alive)).toEqual([false, false]);
  });

  it('when it hangs before its first sound', async () => {
    const { engine, folder } = program('echo $$ > parent; echo $$ > child; exec sleep 600');
    const stop = new AbortController();
    const late = new CodedError('ENGINE_FAILED', { engine: 'command', reason: 'no sound for 10 ms' });
    const audio = Array.fromAsync(engine.synthesize(REQUEST, stop.signal));
    audio.catch(() => undefined);
    await expect.poll(() => existsSync(join(folder, 'child')) && pids(folder).every((pid) => pid > 0)).toBe(true);
    stop.abort(late);
    await expect(audio).rejects.toBe(late);
    await expect.poll(() => pids(folder).map(alive)).toEqual([false, false]);
  });

  it('when its listener leaves', async () => {
    const { engine, folder } = program(HANGING);
    for await (const chunk of engine.synthesize(REQUEST)) if (chunk.length > 0) break;
    await expect.poll(() => pids(folder).map(alive)).toEqual([false, false]);
  });

  it('and is not started for nobody', async () => {
    const { engine, folder } = program('touch parent; cat tone');
    await expect(Array.fromAsync(engine.synthesize(REQUEST, AbortSignal.abort()))).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(join(folder, 'parent'))).toBe(false);
  });
});
