import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { Alerts } from '../../../inference/alerts.ts';
import { Espeak } from '../../../inference/tts/espeak.ts';
import { Pico } from '../../../inference/tts/pico.ts';
import type { Synthesiser } from '../../../inference/tts/synthesiser.ts';
import { temporaryHome } from '../../support/home.ts';
import { patientSynthesiser, say } from '../../support/patient-synthesiser.ts';

const log = createLogger('test', 'silent');
const { home, remove } = temporaryHome();
vi.stubEnv('ELOQUENCE_HOME', home);
const pico = new Pico({ log });

/** Pico before espeak-ng. */
const both = (): Synthesiser => patientSynthesiser([pico, new Espeak()], { log, registry: new Registry() });

beforeAll(() => pico.ready());
afterAll(async () => {
  await pico.close();
  vi.unstubAllEnvs();
  remove();
});

describe('a session', () => {
  const session = 's1';

  it('keeps the voice that it began with, also when a better one is back', async () => {
    const synthesiser = both();
    synthesiser.enable('pico', false);
    expect(await say(synthesiser, { session })).toMatchObject({ level: 'espeak', passed: [{ level: 'pico', reason: 'off' }] });
    synthesiser.enable('pico', true);
    expect(await say(synthesiser, { session, text: 'Et ensuite ?' })).toMatchObject({ level: 'espeak', passed: [{ level: 'pico', reason: 'another voice' }] });
    expect(await say(synthesiser, { session: 'another', text: 'Et ensuite ?' })).toMatchObject({ level: 'pico', passed: [] });
  });

  it('is helped out by the next voice to the end of a reply, and has its own again with the next one', async () => {
    const synthesiser = both();
    expect((await say(synthesiser, { session })).level).toBe('pico');
    synthesiser.enable('pico', false);
    expect((await say(synthesiser, { session, text: 'Première phrase.' })).level).toBe('espeak');
    synthesiser.enable('pico', true);
    expect((await say(synthesiser, { session, text: 'Deuxième phrase.', priority: 'rest' })).level).toBe('espeak');
    expect((await say(synthesiser, { session, text: 'Autre réponse.' })).level).toBe('pico');
  });

  it('is not given the level that has just failed it', async () => {
    expect(await say(both(), { session, avoid: ['pico'] })).toMatchObject({ level: 'espeak', passed: [{ level: 'pico', reason: 'avoided' }] });
  });
});

describe('when nothing can speak', () => {
  it('the emergency clip does, in the voice asked for, and an alert tells the operator', async () => {
    const raised: unknown[] = [];
    const registry = new Registry();
    const alerts = Object.assign(new Alerts({ webhook: undefined, log, registry }), { raise: (alert: unknown) => raised.push(alert) });
    const synthesiser = patientSynthesiser([new Espeak()], { log, registry, alerts });
    await expect(synthesiser.synthesize({ text: 'Bonjour.', model: 'emergency' })).rejects.toMatchObject({ code: 'SPEECH_UNAVAILABLE' });
    await synthesiser.ready();
    await expect.poll(() => synthesiser.synthesize({ text: 'Bonjour.', model: 'emergency', voice: 'em_alex' }).then(({ level }) => level, () => ''), { timeout: 30_000 }).toBe('emergency');
    synthesiser.enable('espeak', false);
    const last = await say(synthesiser, { text: 'Parlons d’autre chose.', voice: 'em_alex' });
    expect(last).toMatchObject({ level: 'emergency', voice: 'em_alex', passed: [{ level: 'espeak', reason: 'off' }] });
    expect(last.pcm.length).toBeGreaterThan(24_000);
    expect(raised).toContainEqual({ kind: 'tts_emergency', engine: 'emergency', code: 'SPEECH_UNAVAILABLE' });
    await expect(synthesiser.synthesize({ text: 'Bonjour.', model: 'espeak' })).rejects.toMatchObject({ code: 'SPEECH_UNAVAILABLE' });
  });
});
