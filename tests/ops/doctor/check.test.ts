import { describe, expect, it } from 'vitest';
import { CodedError } from '../../../core/errors.ts';
import { runChecks, type Check, type Finding, type Outcome } from '../../../ops/doctor/check.ts';
import { scoreOf } from '../../../ops/doctor/doctor.ts';
import { shareHeard } from '../../../ops/doctor/speech.ts';

const check = (id: string, run: (signal: AbortSignal) => Promise<Outcome>, more: Partial<Check> = {}): Check => ({ id, title: `the ${id}`, limitMs: 10_000, fix: `mend ${id}`, run, ...more });
const good = (): Promise<Outcome> => Promise.resolve({ status: 'ok', detail: 'fine' });

async function findings(checks: Check[]): Promise<Finding[]> {
  return Array.fromAsync(runChecks(checks));
}

describe('runChecks', () => {
  it('goes on after a failure, with the fix of the check', async () => {
    const [first, second] = await findings([check('one', () => Promise.reject(new Error('broken'))), check('two', good)]);
    expect(first).toMatchObject({ id: 'one', status: 'failed', detail: 'broken', fix: 'mend one' });
    expect(second).toMatchObject({ id: 'two', status: 'ok' });
  });

  it('takes the fix of a coded error, which knows better; of a service that is away, its own', async () => {
    const [coded, away] = await findings([
      check('one', () => Promise.reject(new CodedError('SPEECH_EMPTY'))),
      check('two', () => Promise.reject(new CodedError('ENGINE_UNAVAILABLE', { engine: 'x', reason: 'y' }))),
    ]);
    expect(coded).toMatchObject({ fix: new CodedError('SPEECH_EMPTY').fix });
    expect(away).toMatchObject({ fix: 'mend two' });
  });

  it('gives each check its own time, also one that does not listen', async () => {
    const deaf = new Promise<Outcome>(() => undefined);
    const [late, next] = await findings([check('slow', () => deaf, { limitMs: 10 }), check('next', good)]);
    expect(late).toMatchObject({ status: 'failed', detail: 'no answer within 0.01 s', fix: 'mend slow' });
    expect(next).toMatchObject({ status: 'ok' });
  });

  it('lets a check say what it was waiting for when its time is over', async () => {
    const run = (signal: AbortSignal): Promise<Outcome> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('nobody came'))));
    expect((await findings([check('slow', run, { limitMs: 10 })]))[0]).toMatchObject({ detail: 'nobody came' });
  });

  it('skips what needs something that is gone, naming the first cause', async () => {
    const gone = (): Promise<Outcome> => Promise.resolve({ status: 'failed', detail: 'away', fix: 'start it', gone: true });
    const [, second, third, fourth] = await findings([
      check('server', gone), check('voice', good, { needs: ['server'] }), check('song', good, { needs: ['voice'] }), check('other', good),
    ]);
    expect(second).toMatchObject({ status: 'skipped', detail: 'needs the server' });
    expect(third).toMatchObject({ status: 'skipped', detail: 'needs the server' });
    expect(fourth).toMatchObject({ status: 'ok' });
  });

  it('still tries what needs something that is only ill', async () => {
    const ill = (): Promise<Outcome> => Promise.resolve({ status: 'failed', detail: 'one part is down', fix: 'mend it' });
    expect((await findings([check('server', ill), check('voice', good, { needs: ['server'] })]))[1]).toMatchObject({ status: 'ok' });
  });
});

describe('scoreOf', () => {
  const finding = (status: Finding['status']): Finding => ({ id: 'x', title: 'x', ms: 0, detail: '', fix: '', status });
  it('counts what works, a warning half', () => {
    expect(scoreOf([finding('ok'), finding('ok')])).toBe(100);
    expect(scoreOf([finding('ok'), finding('warning'), finding('failed'), finding('skipped')])).toBe(38);
    expect(scoreOf([])).toBe(0);
  });
});

describe('shareHeard', () => {
  it('compares words, not case, accents or marks', () => {
    expect(shareHeard('Bonjour, je vous écoute.', 'bonjour je vous ecoute')).toBe(1);
    expect(shareHeard('Bonjour, je vous écoute.', 'Bonjour !')).toBe(0.25);
    expect(shareHeard('oui oui', 'oui')).toBe(0.5);
    expect(shareHeard('Bonjour', '')).toBe(0);
  });
});
