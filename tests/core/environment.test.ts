import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../core/config.ts';
import { ENVIRONMENT } from '../../core/environment.ts';
import { ROOT } from '../../core/paths.ts';

describe('the environment', () => {
  it('is what .env.example lists (`npx vitest run tests/core -u` writes it anew)', async () => {
    const lines = ENVIRONMENT.map(({ name, path, about }) => `# ${about}${path === undefined ? '' : ` Setting: ${path}.`}\n# ${name}=\n`);
    const file = [
      '# What Eloquence reads from the environment; all of it is optional. The shell sets it, systemd (EnvironmentFile), or',
      '# Docker Compose, which reads a copy named .env; Eloquence itself does not. A variable wins over the file of settings.',
      '',
      ...lines,
    ].join('\n');
    await expect(file).toMatchFileSnapshot('../../.env.example');
  });

  it.each(ENVIRONMENT.filter(({ path }) => path !== undefined))('$name overrides $path', ({ name, path = '' }) => {
    const value = path === 'exercises' ? '/srv/exercises' : path === 'stt.voskServer.url' ? 'ws://example.test:1' : 'http://example.test:1';
    const config = loadConfig({ [name]: value });
    expect(path.split('.').reduce<unknown>((tree, key) => (tree as Record<string, unknown>)[key], config)).toBe(value);
  });

  it('holds every variable of ours that the sources read', () => {
    const sources = execFileSync('grep', ['-rhoE', String.raw`\b(env|environment)(\['|\.)[A-Z][A-Z0-9_]{3,}`, '--include=*.ts', 'core', 'protocol', 'coaching', 'inference', 'agent', 'token-service', 'ops'], { cwd: ROOT, encoding: 'utf8' });
    const read = new Set(sources.match(/[A-Z][A-Z0-9_]{3,}/g));
    expect(read).toContain('LOG_LEVEL');
    const standard = new Set(['PATH', 'NODE_COMPILE_CACHE', 'NO_COLOR', 'HOME', 'NODE_ENV', 'TERM', 'CUDA_VISIBLE_DEVICES']);
    const known = new Set(ENVIRONMENT.map(({ name }) => name));
    expect([...read].filter((name) => !known.has(name) && !standard.has(name))).toEqual([]);
  });
});
