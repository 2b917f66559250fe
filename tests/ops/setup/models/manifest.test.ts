import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../../core/paths.ts';
import { readManifest } from '../../../../ops/setup/models/manifest.ts';
import { fileEntry, writeManifest } from '../../../support/set-up-models.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const ENTRY = fileEntry(Buffer.from('x'), [{ url: 'https://example.org/x' }]);

describe('config/models.yaml', () => {
  const manifest = readManifest(join(ROOT, 'config/models.yaml'));

  it('has what the engines load', () => {
    expect(Object.entries(manifest).flatMap(([name, { files }]) => Object.keys(files).map((file) => `${name}/${file}`))).toEqual(expect.arrayContaining([
      'whisper-base/enc_q8.onnx', 'whisper-base/dec_q8.onnx', 'whisper-base/config.json', 'whisper-base/vocabulary.txt', 'silero/silero_vad.onnx',
      'kokoro/front.onnx', 'kokoro/generator.onnx', 'kokoro/vocab.json', 'kokoro/voices/ff_siwis.bin', 'pico/fr-FR_ta.bin', 'pico/fr-FR_nk0_sg.bin',
    ]));
  });

  it('is what docs/setup.md tells: each model with its licence', () => {
    const page = readFileSync(join(ROOT, 'docs/setup.md'), 'utf8');
    for (const [name, { licence }] of Object.entries(manifest)) {
      expect(page.split('\n').find((line) => line.startsWith(`| \`${name}\``)), name).toContain(licence);
    }
  });

  it('can be had from a package registry as well as from the vendor, whole, as far as it is brought unasked', () => {
    const files = Object.values(manifest).filter(({ onRequest }) => onRequest !== true).flatMap(({ files, build }) => [...Object.values(files), ...Object.values(build?.inputs ?? {})]);
    for (const { sources } of files) if (sources) expect(sources.some((source) => !('url' in source))).toBe(true);
  });
});

describe('readManifest', () => {
  it.each([
    ['a file without source that nothing builds', { files: { 'x.bin': { size: 1, sha256: ENTRY.sha256 } } }, '/model/files/x.bin'],
    ['a sha256 that is none', { files: { 'x.bin': { ...ENTRY, sha256: 'abc' } } }, '/model/files/x.bin/sha256'],
    ['a path out of its folder', { files: { '../x.bin': ENTRY } }, '/model/files/..~1x.bin'],
  ])('refuses %s, with its place', (_what, artefact, path) => {
    const file = writeManifest(temporaryFolder(), artefact);
    expect(() => readManifest(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.objectContaining({ file, path }) as unknown }) as Error);
  });

  it('refuses what is no YAML, or is not there', () => {
    const file = join(temporaryFolder(), 'models.yaml');
    expect(() => readManifest(file)).toThrow('ENOENT');
    writeFileSync(file, '{ not: yaml');
    expect(() => readManifest(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});
