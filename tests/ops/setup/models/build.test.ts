import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../../../core/paths.ts';
import type { ModelsOptions } from '../../../../ops/setup/models/bring-models.ts';
import { findPython, Python } from '../../../../ops/setup/python.ts';
import { serveFiles } from '../../../support/file-server.ts';
import { fileEntry, setUpModels, writeManifest } from '../../../support/set-up-models.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const INPUT = Buffer.from('weights');
const UPPER = `
import sys, pathlib
source, made = map(pathlib.Path, sys.argv[1:])
print("raising")
(made / "model.bin").write_bytes((source / "model.src").read_bytes().upper())
`;

/** One environment for all tests: making it takes most of their time. */
const home = mkdtempSync(join(tmpdir(), 'eloquence-'));
const requirements = join(home, 'requirements.txt');
const python = new Python(home, requirements);
beforeAll(async () => {
  vi.stubEnv('ELOQUENCE_HOME', home);
  writeFileSync(requirements, '# nothing: this needs no network\n');
  await python.pip(['--version']);
  return () => rmSync(home, { recursive: true, force: true });
}, 300_000);

async function buildable(script: string, expected: Buffer): Promise<{ home: string; manifest: string; options: Partial<ModelsOptions>; requests: unknown[] }> {
  const server = await serveFiles({ '/model.src': INPUT });
  onTestFinished(() => server.close());
  const [home, folder] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(folder, 'build.py'), script);
  const { size, sha256 } = fileEntry(expected, []);
  const manifest = writeManifest(folder, {
    files: { 'model.bin': { size, sha256 } },
    build: { script: relative(join(ROOT, 'ops/setup/models'), join(folder, 'build.py')), inputs: { 'model.src': fileEntry(INPUT, [{ url: `${server.url}/model.src` }]) } },
  });
  return { home, manifest, options: { python }, requests: server.requests };
}

it('finds a Python that can build', async () => {
  await expect(findPython()).resolves.toMatch(/python3/);
});

it('builds in an environment of its own, and leaves only the result', async () => {
  const { home, manifest, options } = await buildable(UPPER, Buffer.from('WEIGHTS'));
  await setUpModels(home, manifest, options);
  expect(readFileSync(join(home, 'models/model/model.bin'), 'utf8')).toBe('WEIGHTS');
  expect(existsSync(join(home, 'downloads'))).toBe(false);
  await expect(setUpModels(home, manifest, options)).resolves.toBe('');
});

it('keeps a result that differs in its bytes, says so, and does not build it again', async () => {
  const { home, manifest, options } = await buildable(UPPER, Buffer.from('WEIGHTZ'));
  await expect(setUpModels(home, manifest, options)).resolves.toContain('model/model.bin was built, and differs');
  await expect(setUpModels(home, manifest, options)).resolves.toBe('');
});

it('names a result of another size, and a script that fails, with its last words', async () => {
  const short = await buildable(UPPER, Buffer.from('WEIGHTS AND MORE'));
  await expect(setUpModels(short.home, short.manifest, short.options)).rejects.toThrow('Building model failed: model.bin has 7 bytes, not 16.');
  const broken = await buildable('raise SystemExit("the weights are of another model")', INPUT);
  const failure = setUpModels(broken.home, broken.manifest, broken.options);
  await expect(failure).rejects.toMatchObject({ code: 'SETUP_BUILD_FAILED' });
  await expect(failure).rejects.toThrow('the weights are of another model');
});

it('needs neither inputs nor Python where the local folder has the result', async () => {
  const { home, manifest, options, requests } = await buildable('raise SystemExit("not called")', Buffer.from('WEIGHTS'));
  const local = temporaryFolder();
  mkdirSync(join(local, 'model'));
  writeFileSync(join(local, 'model/model.bin'), 'WEIGHTS');
  await setUpModels(home, manifest, { ...options, local });
  expect(readFileSync(join(home, 'models/model/model.bin'), 'utf8')).toBe('WEIGHTS');
  expect(requests).toEqual([]);
});
