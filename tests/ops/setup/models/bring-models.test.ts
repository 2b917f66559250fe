import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../../../core/paths.ts';
import type { ManifestFile } from '../../../../ops/setup/models/manifest.ts';
import { serveFiles, type FileServer, type FileServerOptions } from '../../../support/file-server.ts';
import { freePort } from '../../../support/free-port.ts';
import { fileEntry, setUpModels, writeManifest } from '../../../support/set-up-models.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7) % 253));
const OTHER = Buffer.from('something else altogether');

async function vendor(files: Record<string, Buffer>, options?: FileServerOptions): Promise<FileServer> {
  const server = await serveFiles(files, options);
  onTestFinished(() => server.close());
  return server;
}

async function oneModel({ content = CONTENT, options }: { content?: Buffer; options?: FileServerOptions } = {}): Promise<{ home: string; manifest: string; model: string; server: FileServer }> {
  const server = await vendor({ '/model.bin': content }, options);
  const home = temporaryFolder();
  const manifest = writeManifest(temporaryFolder(), { files: { 'model.bin': fileEntry(CONTENT, [{ url: `${server.url}/model.bin` }]) } });
  return { home, manifest, model: join(home, 'models/model/model.bin'), server };
}

/** The same set-up in a process of its own. */
function setUpElsewhere(home: string, manifest: string): { kill: () => void; output: () => string; ended: Promise<unknown> } {
  const child = spawn(process.execPath, [join(ROOT, 'tests/support/programs/set-up-models.ts'), home, manifest], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { kill: () => child.kill('SIGKILL'), output: () => output, ended: once(child, 'close') };
}

describe('bringing models', () => {
  it('brings, verifies and remembers them: the second time nothing is asked and nothing printed', async () => {
    const { home, manifest, model, server } = await oneModel();
    await expect(setUpModels(home, manifest)).resolves.toContain('✓ models: 0.2 MB');
    expect(readFileSync(model).equals(CONTENT)).toBe(true);
    expect(existsSync(join(home, 'downloads'))).toBe(false);
    await expect(setUpModels(home, manifest)).resolves.toBe('');
    expect(server.requests).toHaveLength(1);
  });

  it('takes files that somebody put there, when they are the right ones', async () => {
    const { home, manifest, model, server } = await oneModel();
    mkdirSync(join(home, 'models/model'), { recursive: true });
    writeFileSync(model, CONTENT);
    await setUpModels(home, manifest);
    expect(server.requests).toEqual([]);
  });

  it('brings what is brought on request only for who asks, and then remembers that too', async () => {
    const server = await vendor({ '/model.bin': CONTENT });
    const home = temporaryFolder();
    const manifest = writeManifest(temporaryFolder(), { onRequest: true, files: { 'model.bin': fileEntry(CONTENT, [{ url: `${server.url}/model.bin` }]) } });
    await setUpModels(home, manifest);
    expect(server.requests).toEqual([]);
    await expect(setUpModels(home, manifest, { requested: ['model'] })).resolves.toContain('✓ models: 0.2 MB');
    await expect(setUpModels(home, manifest, { requested: ['model'] })).resolves.toBe('');
    await expect(setUpModels(home, manifest)).resolves.toBe('');
    expect(readFileSync(join(home, 'models/model/model.bin')).equals(CONTENT)).toBe(true);
  });

  it('says of a name that there is not that there is none', async () => {
    const { home, manifest } = await oneModel();
    await expect(setUpModels(home, manifest, { requested: ['modle'] })).rejects.toMatchObject({ code: 'SETUP_FAILED', message: expect.stringContaining('modle') as string });
  });

  it('fetches a file anew that was spoilt afterwards', async () => {
    const { home, manifest, model, server } = await oneModel();
    await setUpModels(home, manifest);
    writeFileSync(model, Buffer.concat([CONTENT.subarray(0, 100_000), OTHER]));
    await setUpModels(home, manifest);
    expect(readFileSync(model).equals(CONTENT)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('looks again, without fetching, when a file was touched but is the same', async () => {
    const { home, manifest, model, server } = await oneModel();
    await setUpModels(home, manifest);
    utimesSync(model, 1_000_000_000, 1_000_000_000);
    await expect(setUpModels(home, manifest)).resolves.toContain('✓ models');
    await expect(setUpModels(home, manifest)).resolves.toBe('');
    expect(server.requests).toHaveLength(1);
  });

  it('looks again when the manifest changed', async () => {
    const { home, manifest, server } = await oneModel();
    await setUpModels(home, manifest);
    writeManifest(join(manifest, '..'), { files: { 'model.bin': fileEntry(OTHER, [{ url: `${server.url}/other.bin` }]) } });
    await expect(setUpModels(home, manifest)).rejects.toMatchObject({ code: 'SETUP_SOURCE_UNAVAILABLE' });
  });
});

describe('sources', () => {
  it('are tried in their order until one gives the right bytes', async () => {
    const { url, requests } = await vendor({ '/wrong.bin': Buffer.alloc(CONTENT.length), '/right.bin': CONTENT });
    const home = temporaryFolder();
    const gone = `http://127.0.0.1:${String(await freePort())}/model.bin`;
    const manifest = writeManifest(temporaryFolder(), { files: { 'model.bin': fileEntry(CONTENT, [{ url: gone }, { url: `${url}/none.bin` }, { url: `${url}/wrong.bin` }, { url: `${url}/right.bin` }]) } });
    await setUpModels(home, manifest);
    expect(readFileSync(join(home, 'models/model/model.bin')).equals(CONTENT)).toBe(true);
    expect(requests.map(({ path }) => path)).toEqual(['/none.bin', '/wrong.bin', '/right.bin']);
  });

  it('are named with what each answered when none gives the right bytes', async () => {
    const { url } = await vendor({ '/wrong.bin': OTHER });
    const gone = `http://127.0.0.1:${String(await freePort())}/model.bin`;
    const manifest = writeManifest(temporaryFolder(), { files: { 'model.bin': fileEntry(CONTENT, [{ url: gone }, { url: `${url}/wrong.bin` }, { url: `${url}/none.bin` }]) } });
    const home = temporaryFolder();
    const failure = setUpModels(home, manifest);
    await expect(failure).rejects.toMatchObject({ code: 'SETUP_SOURCE_UNAVAILABLE' });
    await expect(failure).rejects.toThrow(/model\/model\.bin: .*ECONNREFUSED.*; .*wrong\.bin: its sha256 is .*; .*none\.bin: HTTP 404/);
    expect(existsSync(join(home, 'models/model/model.bin'))).toBe(false);
  });

  it('begin with the local folder, which needs no network', async () => {
    const { home, manifest, model, server } = await oneModel();
    const local = temporaryFolder();
    mkdirSync(join(local, 'model'));
    writeFileSync(join(local, 'model/model.bin'), CONTENT);
    await setUpModels(home, manifest, { local });
    expect(readFileSync(model).equals(CONTENT)).toBe(true);
    expect(server.requests).toEqual([]);
  });

  it('go on past a local folder that lacks the file, but not past one with another file of that name', async () => {
    const { home, manifest, server } = await oneModel();
    const local = temporaryFolder();
    await setUpModels(home, manifest, { local });
    expect(server.requests).toHaveLength(1);
    mkdirSync(join(local, 'model'));
    writeFileSync(join(local, 'model/model.bin'), OTHER);
    await expect(setUpModels(temporaryFolder(), manifest, { local })).rejects.toMatchObject({ code: 'SETUP_LOCAL_FILE_WRONG' });
  });
});

describe('an interruption', () => {
  it('in the middle of a download loses nothing that came', async () => {
    const { home, manifest, model, server } = await oneModel({ options: { stallAfter: 120_000 } });
    const part = join(home, 'downloads/models', `${fileEntry(CONTENT, []).sha256}.part`);
    const first = setUpElsewhere(home, manifest);
    await vi.waitFor(() => expect(readFileSync(part)).toHaveLength(120_000), { timeout: 30_000 });
    first.kill();
    await first.ended;
    await setUpModels(home, manifest);
    expect(readFileSync(model).equals(CONTENT)).toBe(true);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=120000-']);
  });

  it('that left spoilt bytes is noticed: the file is fetched from its beginning', async () => {
    const { home, manifest, model, server } = await oneModel();
    const downloads = join(home, 'downloads/models');
    mkdirSync(downloads, { recursive: true });
    writeFileSync(join(downloads, `${fileEntry(CONTENT, []).sha256}.part`), Buffer.alloc(50_000));
    await setUpModels(home, manifest);
    expect(readFileSync(model).equals(CONTENT)).toBe(true);
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=50000-', undefined]);
  });
});

it('two set-ups at once fetch once: the second waits, then finds all done', async () => {
  const { home, manifest, server } = await oneModel({ options: { stallAfter: 120_000 } });
  const first = setUpElsewhere(home, manifest);
  await vi.waitFor(() => expect(server.requests).toHaveLength(1), { timeout: 30_000 });
  const second = setUpElsewhere(home, manifest);
  await vi.waitFor(() => expect(second.output()).toContain('waiting for another set-up'), { timeout: 30_000 });
  // The first dies with the download half done, and the second takes over.
  first.kill();
  await second.ended;
  expect(second.output()).toContain('✓ models');
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=120000-']);
});

describe('a data folder that cannot take them', () => {
  it('because there is not enough room: said before anything is fetched', async () => {
    const server = await vendor({ '/model.bin': CONTENT });
    const huge: ManifestFile = { ...fileEntry(CONTENT, [{ url: `${server.url}/model.bin` }]), size: 1e15 };
    const manifest = writeManifest(temporaryFolder(), { files: { 'model.bin': huge } });
    await expect(setUpModels(temporaryFolder(), manifest)).rejects.toMatchObject({ code: 'SETUP_DISK_FULL' });
    expect(server.requests).toEqual([]);
  });

  it.runIf(existsSync('/dev/full'))('because the disk fills up on the way: no other source is tried', async () => {
    const { home, server } = await oneModel();
    const entry = fileEntry(CONTENT, [{ url: `${server.url}/model.bin` }, { url: `${server.url}/model.bin` }]);
    const manifest = writeManifest(temporaryFolder(), { files: { 'model.bin': entry } });
    mkdirSync(join(home, 'downloads/models'), { recursive: true });
    symlinkSync('/dev/full', join(home, 'downloads/models', `${entry.sha256}.part`));
    await expect(setUpModels(home, manifest)).rejects.toMatchObject({ code: 'SETUP_DISK_FULL' });
    expect(server.requests).toHaveLength(1);
  });

  it('because it is no folder, or one that may not be written', async () => {
    const { manifest } = await oneModel();
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(setUpModels(join(file, 'home'), manifest)).rejects.toMatchObject({ code: 'SETUP_HOME_UNWRITABLE' });
  });
});
