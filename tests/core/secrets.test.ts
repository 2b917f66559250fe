import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCodedError, type CodedError } from '../../core/errors.ts';
import { loadSecrets, refuseDevKeys } from '../../core/secrets.ts';

let home: string;
beforeEach(() => (home = join(mkdtempSync(join(tmpdir(), 'eloquence-secrets-')), 'home')));
afterEach(() => rmSync(join(home, '..'), { recursive: true }));

function failure(env: NodeJS.ProcessEnv): CodedError {
  try {
    loadSecrets(env, home);
  } catch (error) {
    if (isCodedError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('loadSecrets', () => {
  it('generates once, for the owner alone', () => {
    const first = loadSecrets({}, home);
    expect(loadSecrets({}, home)).toEqual(first);
    expect(first.livekitApiSecret.length).toBeGreaterThanOrEqual(32); // what livekit-server asks for
    expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['secrets.json']);
  });

  it('is told apart by nobody: two homes have two sets', () => {
    expect(loadSecrets({}, home).livekitApiSecret).not.toBe(loadSecrets({}, `${home}-2`).livekitApiSecret);
  });

  it('lets configured values win, and writes nothing when all are', () => {
    const env = { LIVEKIT_API_KEY: 'k', LIVEKIT_API_SECRET: 's', ELOQUENCE_SERVICE_TOKEN: 't' };
    expect(loadSecrets(env, home)).toEqual({ livekitApiKey: 'k', livekitApiSecret: 's', serviceToken: 't' });
    expect(() => statSync(home)).toThrow(/ENOENT/);
  });

  it('takes no half of a pair', () => {
    const generated = loadSecrets({}, home);
    for (const half of ['LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET']) {
      const error = failure({ [half]: 'value' });
      expect(error.code).toBe('LIVEKIT_KEYS_INCOMPLETE');
      expect(error.message).toMatch(`${half} is set without LIVEKIT_API_${half.endsWith('KEY') ? 'SECRET' : 'KEY'}`);
      expect(error.fix).toContain('LIVEKIT_API_KEY and LIVEKIT_API_SECRET');
    }
    expect(loadSecrets({ ELOQUENCE_SERVICE_TOKEN: 't' }, home)).toEqual({ ...generated, serviceToken: 't' });
  });

  it.each([
    ['a torn file', '{"livekitApiKey": "hidden-key', 'it is not whole JSON'],
    ['an empty file', '', 'it is not whole JSON'],
    ['an empty object', '{}', 'it must hold livekitApiKey, livekitApiSecret, serviceToken, each a text'],
    ['another type', '{"livekitApiKey":"hidden-key","livekitApiSecret":1,"serviceToken":"t"}', 'each a text'],
    ['an empty key', '{"livekitApiKey":"","livekitApiSecret":"s","serviceToken":"t"}', 'each a text'],
  ])('says of %s what to do, and shows nothing of it', (_what, content, reason) => {
    mkdirSync(home);
    const file = join(home, 'secrets.json');
    writeFileSync(file, content);
    const error = failure({});
    expect(error.code).toBe('SECRETS_INVALID');
    expect(error.message).toContain(`${file} cannot be used: `);
    expect(error.message).toContain(reason);
    expect(error.fix).toMatch(/^Restore .*secrets\.json.*or remove it: the next start makes new keys\.$/);
    expect(inspect(error)).not.toContain('hidden-key');
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('says so when the file cannot be read at all', () => {
    mkdirSync(join(home, 'secrets.json'), { recursive: true });
    expect(failure({})).toMatchObject({ code: 'SECRETS_INVALID', message: expect.stringContaining('it cannot be read: EISDIR') as string });
  });

  it('gives processes that start together the same', async () => {
    const script = `import { loadSecrets } from ${JSON.stringify(new URL('../../core/secrets.ts', import.meta.url).href)}; process.stdout.write(loadSecrets({}, ${JSON.stringify(home)}).serviceToken);`;
    const tokens = await Promise.all([1, 2, 3, 4].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      await once(child, 'close');
      return output;
    }));
    expect(new Set(tokens)).toEqual(new Set([(JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as { serviceToken: string }).serviceToken]));
  });
});

describe('refuseDevKeys', () => {
  const dev = { livekitApiKey: 'devkey', livekitApiSecret: 'secret', serviceToken: 't' };
  it('lets everybody’s keys serve this machine alone', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1', '127.0.0.53']) refuseDevKeys(host, dev);
    refuseDevKeys('0.0.0.0', { ...dev, livekitApiKey: 'own', livekitApiSecret: 'own' });
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.test']) {
      expect(() => refuseDevKeys(host, dev)).toThrow(expect.toSatisfy((error) => isCodedError(error, 'DEV_KEYS_EXPOSED')));
    }
  });
});
