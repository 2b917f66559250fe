import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Config } from '../../../core/config.ts';
import { isCodedError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { Alerts } from '../../../inference/alerts.ts';
import type { SpeechEngine } from '../../../inference/tts/engine.ts';
import { Espeak } from '../../../inference/tts/espeak.ts';
import { Kokoro } from '../../../inference/tts/kokoro.ts';
import { createSynthesiser, type Synthesiser } from '../../../inference/tts/synthesiser.ts';
import { brokenEspeak } from '../../support/broken-espeak.ts';
import { temporaryHome } from '../../support/home.ts';
import { hear, patientConfig, patientSynthesiser, say } from '../../support/patient-synthesiser.ts';

const log = createLogger('test');
const { home, remove } = temporaryHome();
const stored = join(home, 'cache/speech');
const files = (): string[] => readdirSync(stored).filter((name) => name.endsWith('.pcm'));
vi.stubEnv('ELOQUENCE_HOME', home);

const config = patientConfig();
const kokoro = new Kokoro({ threads: 2, log, gate: new ComputeGate(1) });
const SENTENCE = "Votre voix est posée, vos exemples sont clairs, et l'on a envie de vous écouter jusqu'au bout.";

let registry = new Registry();

function over(...engines: SpeechEngine[]): Synthesiser {
  registry = new Registry();
  return patientSynthesiser(engines, { log, registry });
}

async function metric(name: string): Promise<unknown[]> {
  const found = (await registry.getMetricsAsJSON()).find((entry) => entry.name === name);
  return (found?.values ?? []).map(({ labels, value }) => ({ ...labels, value }));
}

beforeAll(() => kokoro.ready());
afterEach(() => rmSync(stored, { recursive: true, force: true, maxRetries: 10 })); // a rendering may still be written
afterAll(async () => {
  await kokoro.close();
  remove();
  vi.unstubAllEnvs();
});

describe('the cache', () => {
  it('gives the same again at once, from memory and after a restart from disk', async () => {
    const synthesiser = over(kokoro);
    const first = await say(synthesiser);
    expect(first).toMatchObject({ level: 'kokoro', voice: 'ff_siwis', cache: 'miss', sampleRate: 24_000 });
    const second = await say(synthesiser, { text: '  Bonjour   à vous. 😀' });
    expect(second).toMatchObject({ level: 'kokoro', cache: 'hit' });
    expect(second.pcm).toEqual(first.pcm);
    await expect.poll(files).toHaveLength(1);
    const third = await say(over(kokoro));
    expect(third).toMatchObject({ level: 'kokoro', cache: 'hit' });
    expect(third.pcm).toEqual(first.pcm);
  });

  it('does not mix speeds, and is left out when asked', async () => {
    const synthesiser = over(kokoro);
    await say(synthesiser);
    expect((await say(synthesiser, { speed: 1.2 })).cache).toBe('miss');
    expect((await say(synthesiser, { reuse_cache: false })).cache).toBe('miss');
    expect((await say(synthesiser)).cache).toBe('hit');
    expect(await metric('tts_requests_total')).toEqual([
      { level: 'kokoro', cache: 'miss', value: 3 },
      { level: 'kokoro', cache: 'hit', value: 1 },
    ]);
  });

  it('keeps what is somebody’s own in memory alone', async () => {
    const synthesiser = over(kokoro);
    await say(synthesiser, { store: false });
    expect((await say(synthesiser, { store: false })).cache).toBe('hit');
    expect(files()).toEqual([]);
    expect((await say(over(kokoro))).cache).toBe('miss');
  });

  it('renders again what is damaged on disk', async () => {
    await say(over(kokoro));
    await expect.poll(files).toHaveLength(1);
    truncateSync(join(stored, files()[0] ?? ''), 1_000);
    const again = await say(over(kokoro));
    expect(again.cache).toBe('miss');
    expect(again.pcm.length).toBeGreaterThan(0.5 * 24_000);
    await expect.poll(files).toHaveLength(1);
  });

  it('keeps nothing of a fallback: the best voice is back as soon as it can', async () => {
    const { program, remove: removeProgram } = brokenEspeak('exit');
    onTestFinished(removeProgram);
    const synthesiser = over(new Espeak(program), Object.assign(new Espeak(), { name: 'pico' as const }));
    expect((await say(synthesiser)).level).toBe('pico');
    expect((await say(synthesiser)).cache).toBe('miss');
    expect(files()).toEqual([]);
    expect(await metric('tts_fallbacks_total')).toEqual([{ from: 'espeak', value: 2 }]);
  });
});

describe('who asks', () => {
  it('together for the same is served by one computation', async () => {
    const synthesize = vi.spyOn(kokoro, 'synthesize');
    onTestFinished(() => synthesize.mockRestore());
    const synthesiser = over(kokoro);
    const all = await Promise.all(Array.from({ length: 5 }, () => say(synthesiser)));
    expect(synthesize).toHaveBeenCalledTimes(1);
    for (const { pcm } of all) expect(pcm).toEqual(all[0]?.pcm);
  });

  it('in a hurry does not wait behind a rendering ahead that has not begun, and hurries on one that has', async () => {
    const priorities: number[] = [];
    const original = kokoro.synthesize.bind(kokoro);
    const synthesize = vi.spyOn(kokoro, 'synthesize').mockImplementation((request, signal) => {
      priorities.push(request.priority);
      return original(request, signal);
    });
    onTestFinished(() => synthesize.mockRestore());
    const synthesiser = over(kokoro);
    const ahead = say(synthesiser, { priority: 'ahead' });
    const first = say(synthesiser, { priority: 'first' });
    // The same sentence, in other chunks: as long to 10 ms, not equal to the sample.
    expect(Math.abs((await first).pcm.length - (await ahead).pcm.length)).toBeLessThan(240);
    expect(priorities).toEqual([4, 1]);

    const slow = await synthesiser.synthesize({ text: SENTENCE, priority: 'ahead' });
    const joining = await say(synthesiser, { text: SENTENCE, priority: 'first' });
    expect(joining.pcm).toEqual(await hear(slow));
    // One more computation for two listeners, and its later clauses are as urgent as the one who joined.
    expect(priorities.slice(2)).toEqual([4, ...priorities.slice(3).map(() => 1)]);
  });

  it('and leaves stops the computation, unless somebody else listens', async () => {
    const synthesiser = over(kokoro);
    const stop = new AbortController();
    const leaving = await synthesiser.synthesize({ text: SENTENCE }, stop.signal);
    const staying = await synthesiser.synthesize({ text: SENTENCE });
    await leaving.audio.next();
    stop.abort();
    await expect(leaving.audio.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect((await hear(staying)).length).toBeGreaterThan(3 * 24_000);

    const alone = await synthesiser.synthesize({ text: `Encore : ${SENTENCE}` });
    await alone.audio.next();
    await alone.audio.return?.();
    // Were it still computing, a second request would join it; a new one begins from the first sound.
    expect((await say(synthesiser, { text: `Encore : ${SENTENCE}` })).cache).toBe('miss');
  });

  it('and leaves before the first sound gets nothing but the reason', async () => {
    const stop = new AbortController();
    const asking = over(kokoro).synthesize({ text: SENTENCE }, stop.signal);
    stop.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('more than one clause', () => {
  const TEXT = 'Très bien. Parlez-moi maintenant de votre équipe, et de ce qui la rend forte.';

  it('is said whole, clause by clause: each is remembered for itself', async () => {
    const synthesiser = over(kokoro);
    const whole = await say(synthesiser, { text: TEXT });
    expect(whole.cache).toBe('miss');
    await expect.poll(async () => (await say(synthesiser, { text: 'Très bien.' })).cache).toBe('hit');
    const again = await say(synthesiser, { text: TEXT });
    expect([again.cache, again.pcm]).toEqual(['hit', whole.pcm]);
  });

  it('leaves the clause under way when the listener leaves', async () => {
    const synthesize = vi.spyOn(kokoro, 'synthesize');
    onTestFinished(() => synthesize.mockRestore());
    const speech = await over(kokoro).synthesize({ text: TEXT, reuse_cache: false });
    await speech.audio.next();
    await speech.audio.return?.();
    expect(synthesize.mock.calls[0]?.[1]?.aborted).toBe(true);
  });
});

describe('bad requests', () => {
  it.each([
    ['SPEECH_EMPTY', { text: '😀' }],
    ['SPEECH_TOO_LONG', { text: 'a'.repeat(50_000) }],
    ['SPEECH_LEVEL_UNKNOWN', { text: 'Bonjour.', model: 'festival' }],
  ] as const)('%s', async (code, request) => {
    await expect(over(kokoro).synthesize(request)).rejects.toMatchObject({ code });
    expect(await metric('tts_errors_total')).toEqual([{ code, value: 1 }]);
  });

  it('a configuration that leaves no level', () => {
    const wrong: Config = { ...config, tts: { ...config.tts, order: ['speech-server'] } };
    expect(() => createSynthesiser(wrong, { log, gate: new ComputeGate(1), registry: new Registry(), alerts: new Alerts({ webhook: undefined, log, registry: new Registry() }) })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('OpenAI’s models and voices mean ours', async () => {
    expect(await say(over(kokoro), { model: 'tts-1', voice: 'nova' })).toMatchObject({ level: 'kokoro', voice: 'ff_siwis' });
  });
});

describe('when the neural voice dies', () => {
  it('on the way, the listener is told how much there was; the next request is spoken by the next level; then it is back', async () => {
    const synthesiser = over(kokoro, new Espeak());
    const speech = await synthesiser.synthesize({ text: SENTENCE });
    expect(speech.level).toBe('kokoro');
    const heard = await speech.audio.next();
    const { state } = kokoro.process;
    if (state.kind !== 'ready') throw new Error('the engine is not ready');
    process.kill(state.pid, 'SIGKILL');
    const error: unknown = await hear(speech).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SPEECH_INTERRUPTED', details: { level: 'kokoro' } });
    expect(isCodedError(error) && error.details['samples']).toBeGreaterThanOrEqual(heard.done === true ? 1 : heard.value.length);

    expect(synthesiser.health()).toMatchObject({ kokoro: { status: 'down' }, espeak: { status: 'ok' } });
    expect((await say(synthesiser, { text: 'Pardon, je reprends.' })).level).toBe('espeak');

    await expect.poll(() => kokoro.available(), { timeout: 60_000, interval: 100 }).toBe(true);
    expect((await say(synthesiser, { text: 'Pardon, je reprends.' })).level).toBe('kokoro');
  });
});
