import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { createLogger } from '../../../core/log.ts';
import { PRIORITY } from '../../../inference/process/compute-gate.ts';
import { SpeechChain } from '../../../inference/tts/chain.ts';
import type { UtteranceRequest } from '../../../inference/tts/engine.ts';
import { Espeak } from '../../../inference/tts/espeak.ts';
import { Level } from '../../../inference/tts/level.ts';
import { Recording } from '../../../inference/tts/recording.ts';
import { brokenEspeak, type Fault } from '../../support/broken-espeak.ts';
import { rms } from '../../support/sound.ts';

const log = createLogger('test', 'silent');
const request: UtteranceRequest = { text: 'Bonjour à vous.', voice: 'ff_siwis', language: 'fr', speed: 1, priority: PRIORITY.firstClause };
const DEADLINE = 1_000;

let clock = new ManualClock();
let passedOver: string[] = [];
const chain = (): SpeechChain => new SpeechChain({ log, clock, onFallback: ({ name }) => passedOver.push(name) });

function level(engine: Espeak): Level {
  return new Level(engine, { target: 0, deadline: DEADLINE });
}

function brokenLevel(fault: Fault): Level {
  const { program, remove } = brokenEspeak(fault);
  onTestFinished(remove);
  return level(new Espeak(program));
}

const healthy = (): Level => level(new Espeak());

async function hear(recording: Recording): Promise<number> {
  await recording.finished();
  return rms(recording.pcm());
}

afterEach(() => {
  clock = new ManualClock();
  passedOver = [];
});

describe('SpeechChain', () => {
  it('speaks with the first level that works', async () => {
    const first = healthy();
    const recording = new Recording();
    expect((await chain().speak(request, [first, healthy()], recording, new AbortController().signal)).level).toBe(first);
    expect(await hear(recording)).toBeGreaterThan(500);
    expect(passedOver).toEqual([]);
  });

  it.each<Fault>(['silence', 'exit', 'no-audio'])('goes on with the next level on %s', async (fault) => {
    const second = healthy();
    const recording = new Recording();
    expect((await chain().speak(request, [brokenLevel(fault), second], recording, new AbortController().signal)).level).toBe(second);
    expect(await hear(recording)).toBeGreaterThan(500);
    expect(passedOver).toEqual(['espeak']);
  });

  it('goes on with the next level when the first says nothing until its deadline', async () => {
    const second = healthy();
    const recording = new Recording();
    const speaking = chain().speak(request, [brokenLevel('hang'), second], recording, new AbortController().signal);
    clock.advance(DEADLINE);
    expect((await speaking).level).toBe(second);
    expect(await hear(recording)).toBeGreaterThan(500);
  });

  it('gives who renders ahead all the time it needs', async () => {
    const stop = new AbortController();
    const speaking = chain().speak({ ...request, priority: PRIORITY.ahead }, [brokenLevel('hang'), healthy()], new Recording(), stop.signal);
    clock.advance(100 * DEADLINE);
    stop.abort();
    await expect(speaking).rejects.toMatchObject({ name: 'AbortError' });
    expect(passedOver).toEqual([]);
  });

  it('says how much was heard of a level that dies on the way', async () => {
    const recording = new Recording();
    await chain().speak(request, [brokenLevel('die-midway'), healthy()], recording, new AbortController().signal);
    const error = await recording.finished().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SPEECH_INTERRUPTED', details: { level: 'espeak', samples: recording.samples } });
    expect(recording.samples).toBeGreaterThan(0.4 * 24_000);
    expect(passedOver).toEqual(['espeak']);
  });

  it('breaks off when a level falls silent on the way for twice its deadline', async () => {
    const recording = new Recording();
    await chain().speak(request, [brokenLevel('hang-midway')], recording, new AbortController().signal);
    await expect.poll(() => recording.samples).toBeGreaterThan(0.4 * 24_000);
    clock.advance(2 * DEADLINE);
    await expect(recording.finished()).rejects.toMatchObject({ code: 'SPEECH_INTERRUPTED' });
  });

  it('tells why when no level could speak', async () => {
    const levels = [brokenLevel('exit'), brokenLevel('silence'), level(new Espeak('no-such-program'))];
    await expect(chain().speak(request, levels, new Recording(), new AbortController().signal)).rejects.toMatchObject({ code: 'SPEECH_UNAVAILABLE', retryable: true });
    expect(passedOver).toHaveLength(3);
  });

  it('leaves a level alone that failed three times, and counts dying on the way as failing', async () => {
    const first = brokenLevel('die-midway');
    for (let i = 0; i < 3; i++) {
      const recording = new Recording();
      await chain().speak(request, [first], recording, new AbortController().signal);
      await expect(recording.finished()).rejects.toMatchObject({ code: 'SPEECH_INTERRUPTED' });
    }
    const second = healthy();
    expect((await chain().speak(request, [first, second], new Recording(), new AbortController().signal)).level).toBe(second);
    expect(first.breaker.state).toBe('open');
  });

  it('blames no level for a listener who left', async () => {
    const first = brokenLevel('hang');
    for (let i = 0; i < 4; i++) {
      const stop = new AbortController();
      const speaking = chain().speak(request, [first, healthy()], new Recording(), stop.signal);
      stop.abort();
      await expect(speaking).rejects.toMatchObject({ name: 'AbortError' });
    }
    expect(first.breaker.state).toBe('closed');
    expect(passedOver).toEqual([]);
  });
});
