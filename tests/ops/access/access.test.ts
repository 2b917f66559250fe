import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { credentialsOf, invitationsOf } from '../../../core/credentials.ts';
import { ROOT } from '../../../core/paths.ts';
import { loadSecrets } from '../../../core/secrets.ts';
import { grant, invite, type InviteOptions } from '../../../ops/access/access.ts';
import { exercisesFolder } from '../../support/exercises-folder.ts';

const DAY = 24 * 3_600_000;
const clock = new ManualClock();
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  env = { ELOQUENCE_HOME: mkdtempSync(join(tmpdir(), 'access-')), ELOQUENCE_EXERCISES: exercisesFolder('simulation_entretien', 'premiere_impression_marie') };
});

/** What a command printed, for a program that reads it and for a person. */
async function printed(command: (surroundings: object) => Promise<void>): Promise<{ out: string; aside: string }> {
  const [out, aside]: [string[], string[]] = [[], []];
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  await command({ env, clock, streams: { out: into(out), aside: into(aside) } });
  return { out: out.join(''), aside: aside.join('') };
}

describe('eloquence access grant', () => {
  it.each(['author', 'operator'] as const)('prints a bearer of this installation: %s', async (role) => {
    const { out, aside } = await printed((surroundings) => grant(role, { days: 30 }, surroundings));
    const keys = loadSecrets(env);
    expect(await credentialsOf(keys, clock).read(out.trim())).toEqual({ claims: { role }, issuedAt: clock.wall(), expiresAt: clock.wall() + 30 * DAY });
    expect(aside).toContain(new Date(clock.wall() + 30 * DAY).toISOString());
    expect(out + aside).not.toContain(keys.serviceToken);
  });

  it('signs with the configured service token', async () => {
    env['ELOQUENCE_SERVICE_TOKEN'] = 'configured';
    const { out } = await printed((surroundings) => grant('author', { days: 1 }, surroundings));
    expect(await credentialsOf({ serviceToken: 'configured' }, clock).read(out.trim())).toBeDefined();
  });
});

describe('eloquence access invite', () => {
  const link = async (exercise: string, options: Partial<InviteOptions> = {}): Promise<string> => (await printed((surroundings) => invite(exercise, { days: 7, ...options }, surroundings))).out.trim();

  it.each([
    [undefined, 'http://localhost:7881/#invitation='],
    ['https://coach.example', 'https://coach.example/#invitation='],
    ['https://coach.example/parler/?x=1#y', 'https://coach.example/parler/#invitation='],
  ])('prints a link to %s', async (url, base) => {
    const printedLink = await link('simulation_entretien', url === undefined ? {} : { url });
    expect(printedLink.startsWith(base), printedLink).toBe(true);
    expect(await invitationsOf(loadSecrets(env), clock).read(printedLink.slice(base.length))).toMatchObject({ claims: { exercise: 'simulation_entretien' }, expiresAt: clock.wall() + 7 * DAY });
  });

  it('names the exercises that there are', async () => {
    await expect(link('karaoke')).rejects.toMatchObject({ code: 'EXERCISE_UNKNOWN', fix: 'Choose one of: premiere_impression_marie, simulation_entretien.' });
    await expect(link('../../etc/passwd')).rejects.toMatchObject({ code: 'EXERCISE_UNKNOWN' });
  });

  it.each(['coach.example', 'javascript:alert(1)', 'ftp://x', ''])('refuses an address that no browser opens: %s', async (url) => {
    await expect(link('simulation_entretien', { url })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('in a terminal', () => {
  const eloquence = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => execFile(process.execPath, [join(ROOT, 'ops/cli.ts'), 'access', ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr })));

  it('the bearer stands alone on stdout', async () => {
    const { code, stdout, stderr } = await eloquence('grant', 'operator', '--days', '2');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^\(operator, until .*\)\n$/)]);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(readFileSync(join(String(env['ELOQUENCE_HOME']), 'secrets.json'), 'utf8')).toContain('serviceToken');
  });

  it.each([[['grant', 'king']], [['grant', 'author', '--days', '0']], [['grant', 'author', '--days', '366']], [['grant', 'author', '--days', 'x']], [['invite']], [['invite', 'karaoke']]])('what makes no sense is refused: %s', async (args) => {
    const { code, stdout, stderr } = await eloquence(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/author|operator|365|exercise|EXERCISE_UNKNOWN/);
  });
});
