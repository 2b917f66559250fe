import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findLivekitServer, livekitServerStep } from '../../../ops/setup/livekit-server.ts';
import { Python } from '../../../ops/setup/python.ts';
import { setUp } from '../../../ops/setup/set-up.ts';
import { Vendors } from '../../../ops/setup/sources/vendors.ts';
import { serveFiles } from '../../support/file-server.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SCRIPT = '#!/bin/sh\necho livekit-server version 0\n';
const VERSION = /livekit-server v(\S+)/.exec(readFileSync(new URL('../../../ops/setup/livekit-server/go.mod', import.meta.url), 'utf8'))?.[1] ?? '';
const ARCHIVE = `livekit_${VERSION}_linux_${process.arch === 'arm64' ? 'arm64' : 'amd64'}.tar.gz`;

/** A release as the vendor publishes it, with this program in it. */
async function release(program = SCRIPT, listed?: string): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'livekit-server'), program);
  await create({ gzip: true, file: join(folder, ARCHIVE), cwd: folder }, ['livekit-server']);
  const archive = readFileSync(join(folder, ARCHIVE));
  const sum = listed ?? createHash('sha256').update(archive).digest('hex');
  const server = await serveFiles({ [`/v${VERSION}/${ARCHIVE}`]: archive, [`/v${VERSION}/checksums.txt`]: Buffer.from(`${'0'.repeat(64)}  other.zip\n${sum}  ${ARCHIVE}\n`) });
  onTestFinished(() => server.close());
  return server.url;
}

function put(folder: string, program = SCRIPT): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'livekit-server');
  writeFileSync(file, program);
  chmodSync(file, 0o755);
  return file;
}

async function bring(home: string, releases: string, external = false): Promise<string> {
  let printed = '';
  const step = livekitServerStep({ home, external: () => Promise.resolve(external), vendors: new Vendors(), python: new Python(home), releases });
  await setUp([step], { home, screen: { write: (text) => (printed += text) } });
  return printed;
}

beforeEach(() => {
  // Neither Go nor Python nor a livekit-server of this machine.
  vi.stubEnv('PATH', '/nowhere');
  return () => vi.unstubAllEnvs();
});

describe('livekit-server', () => {
  it('is not needed where another one is used, one is on PATH or in the data folder', async () => {
    const gone = `http://127.0.0.1:${String(await freePort())}`;
    const home = temporaryFolder();
    await expect(bring(home, gone, true)).resolves.toBe('');

    const cached = put(join(home, 'bin'));
    expect(findLivekitServer(home)).toBe(cached);
    await expect(bring(home, gone)).resolves.toBe('');

    const onPath = put(temporaryFolder());
    vi.stubEnv('PATH', join(onPath, '..'));
    expect(findLivekitServer(home)).toBe(onPath);
    await expect(bring(temporaryFolder(), gone)).resolves.toBe('');
  });

  it('comes from the vendor’s release, verified by the published checksum', async () => {
    const home = temporaryFolder();
    vi.stubEnv('ELOQUENCE_HOME', home);
    await expect(bring(home, await release())).resolves.toContain('✓ livekit-server');
    expect(readFileSync(findLivekitServer(home) ?? '', 'utf8')).toBe(SCRIPT);
  });

  it.each([
    ['another checksum', SCRIPT, 'f'.repeat(64), /its sha256 is .*, not f{64}/],
    ['a program that does not run', '#!/bin/sh\nexit 3\n', undefined, /ended with 3/],
  ])('is not taken from a release with %s; every way that was tried is named', async (_what, program, listed, reason) => {
    const home = temporaryFolder();
    vi.stubEnv('ELOQUENCE_HOME', home);
    const failure = bring(home, await release(program, listed));
    await expect(failure).rejects.toMatchObject({ code: 'SETUP_LIVEKIT_UNAVAILABLE' });
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.toThrow(/Go is not on PATH; A program is missing: Python/);
    expect(findLivekitServer(home)).toBeUndefined();
  });

  it('is refused from a Go that is too old, which would fail later and less clearly', async () => {
    const [home, tools] = [temporaryFolder(), temporaryFolder()];
    vi.stubEnv('ELOQUENCE_HOME', home);
    writeFileSync(join(tools, 'go'), '#!/bin/sh\necho go version go1.19.8 linux/amd64\n');
    chmodSync(join(tools, 'go'), 0o755);
    vi.stubEnv('PATH', tools);
    await expect(bring(home, `http://127.0.0.1:${String(await freePort())}`)).rejects.toThrow(/ECONNREFUSED.*; Go 1\.19 is older than 1\.21/);
  });

  it('is built by Go where the vendor cannot be reached', async () => {
    const [home, tools] = [temporaryFolder(), temporaryFolder()];
    vi.stubEnv('ELOQUENCE_HOME', home);
    // It stands for Go: what it is asked, and that its result is installed, is what is looked at here.
    writeFileSync(join(tools, 'go'), `#!/bin/sh
case $1 in version) echo go version go1.26.1 linux/amd64;; build)
  echo "$@" > ${home}/asked; /bin/pwd >> ${home}/asked; /bin/ls >> ${home}/asked
  while [ "$1" != -o ]; do shift; done; printf '%s' '${SCRIPT}' > "$2";; esac\n`);
    chmodSync(join(tools, 'go'), 0o755);
    vi.stubEnv('PATH', tools);
    await bring(home, `http://127.0.0.1:${String(await freePort())}`);
    const asked = readFileSync(join(home, 'asked'), 'utf8');
    expect(asked).toMatch(/-mod=mod .* github\.com\/livekit\/livekit-server\/cmd\/server/);
    expect(asked).toMatch(/go\.mod\ngo\.sum/);
    expect(readFileSync(findLivekitServer(home) ?? '', 'utf8')).toBe(SCRIPT);
  });
});
