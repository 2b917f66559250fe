import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../core/errors.ts';
import { ROOT } from '../core/paths.ts';
import { isAlive, untilGone } from './support/processes.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A checkout with the real bootstrap.mjs, whose one dependency is a package `node` that lies in it: the real npm installs
 * it and asks no registry. Set-up and command are stand-ins that print what they are given.
 */
function checkout(): string {
  const root = temporaryFolder();
  for (const folder of ['runtime/bin', 'ops/setup', 'core', 'bench']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(join(ROOT, 'bootstrap.mjs'), join(root, 'bootstrap.mjs'));
  copyFileSync(join(ROOT, 'core/lifeline.ts'), join(root, 'core/lifeline.ts'));
  symlinkSync(process.execPath, join(root, 'runtime/bin/node'));
  writeFileSync(join(root, 'runtime/package.json'), JSON.stringify({ name: 'node', version: '24.0.0' }));
  writeFileSync(join(root, 'ops/setup/main.ts'), 'console.error("set-up for", process.argv[2]); process.exitCode = Number(process.env["SETUP_EXIT"] ?? 0);');
  for (const program of ['ops/cli.ts', 'ops/test.ts', 'bench/main.ts']) writeFileSync(join(root, program), `console.log(${JSON.stringify(program)}, ...process.argv.slice(2), 'on', process.versions.node);`);
  lock(root, '1.0.0');
  return root;
}

function lock(root: string, version: string): void {
  const project = { name: 'eloquence', version, type: 'module', dependencies: { node: 'file:runtime' } };
  writeFileSync(join(root, 'package.json'), JSON.stringify(project));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({
    name: 'eloquence', version, lockfileVersion: 3, requires: true,
    packages: { '': project, 'node_modules/node': { resolved: 'runtime', link: true }, runtime: { name: 'node', version: '24.0.0' } },
  }));
}

function start(root: string, args: readonly string[], { env = {}, node = [] }: { env?: NodeJS.ProcessEnv; node?: string[] } = {}): ChildProcess {
  return spawn(process.execPath, [...node, join(root, 'bootstrap.mjs'), ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function end(child: ChildProcess): Promise<Result> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}

const bootstrap = (root: string, args: readonly string[], options?: Parameters<typeof start>[2]): Promise<Result> => end(start(root, args, options));

describe('bootstrap.mjs', () => {
  it('installs the dependencies once, and again only when the lock file changed', async () => {
    const root = checkout();
    const first = await bootstrap(root, ['up']);
    expect(first.stderr).toContain('▸ npm dependencies: installing');
    expect(first.stderr).toContain('set-up for up');
    expect(first).toMatchObject({ code: 0, stdout: `ops/cli.ts up on ${process.versions.node}\n` });

    const second = await bootstrap(root, ['up']);
    expect(second).toMatchObject({ code: 0, stderr: 'set-up for up\n', stdout: first.stdout });

    lock(root, '1.0.1');
    rmSync(join(root, 'node_modules/.package-lock.json'));
    const third = await bootstrap(root, ['up']);
    expect(third.stderr).toContain('installing');
    expect(third.code).toBe(0);
  });

  it('leaves node_modules alone when npm itself has brought it to the lock file', async () => {
    const root = checkout();
    await bootstrap(root, ['up']);
    rmSync(join(root, 'node_modules/.eloquence-installed'));
    const made = statSync(join(root, 'node_modules')).birthtimeMs;
    const { stderr } = await bootstrap(root, ['up']);
    expect(stderr).not.toContain('installing');
    expect(statSync(join(root, 'node_modules')).birthtimeMs).toBe(made);
  });

  it('installs anew after an installation that was interrupted', async () => {
    const root = checkout();
    mkdirSync(join(root, 'node_modules/node'), { recursive: true });
    const { code, stderr } = await bootstrap(root, ['up']);
    expect(stderr).toContain('✓ npm dependencies');
    expect(code).toBe(0);
  });

  it('takes over from a set-up that died, and waits for one that works', async () => {
    const root = checkout();
    const dead = start(root, ['up']);
    dead.kill('SIGKILL');
    await once(dead, 'close');
    symlinkSync(String(dead.pid), join(root, 'node_modules.lock'));
    const [one, two] = await Promise.all([bootstrap(root, ['up']), bootstrap(root, ['up'])]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect([one, two].filter(({ stderr }) => stderr.includes('✓ npm dependencies'))).toHaveLength(1);
    expect(readdirSync(root).filter((name) => name.startsWith('node_modules.lock'))).toEqual([]);
  });

  it('runs tests and benchmarks by their own programs, and passes every argument on', async () => {
    const root = checkout();
    const on = `on ${process.versions.node}\n`;
    expect((await bootstrap(root, ['test', 'tests/core', '-t', 'a b'])).stdout).toBe(`ops/test.ts tests/core -t a b ${on}`);
    expect((await bootstrap(root, ['bench', '--json'])).stdout).toBe(`bench/main.ts --json ${on}`);
    expect((await bootstrap(root, ['exercise', 'check', 'x.json'])).stdout).toBe(`ops/cli.ts exercise check x.json ${on}`);
    expect((await bootstrap(root, ['--version'])).stdout).toBe(`ops/cli.ts --version ${on}`);
    expect((await bootstrap(root, [])).stdout).toBe(`ops/cli.ts ${on}`);
    expect(await bootstrap(root, ['setup'])).toMatchObject({ code: 0, stdout: '', stderr: 'set-up for setup\n' });
  });

  it('does not run the command when set-up fails, and ends as the program ended', async () => {
    const root = checkout();
    expect(await bootstrap(root, ['up'], { env: { SETUP_EXIT: '3' } })).toMatchObject({ code: 3, stdout: '' });
    writeFileSync(join(root, 'ops/cli.ts'), 'process.exit(7);');
    expect(await bootstrap(root, ['up'])).toMatchObject({ code: 7 });
    writeFileSync(join(root, 'ops/cli.ts'), 'process.kill(process.pid, "SIGABRT");');
    expect(await bootstrap(root, ['up'])).toMatchObject({ signal: 'SIGABRT' });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on and waits for the program to end', async (signal) => {
    const root = checkout();
    writeFileSync(join(root, 'ops/cli.ts'), `process.on(${JSON.stringify(signal)}, () => { console.log('ended well'); process.exit(0); }); setInterval(() => {}, 1000); console.log('ready');`);
    const child = start(root, ['up']);
    const result = end(child);
    await once(child.stdout ?? child, 'data');
    child.kill(signal);
    expect(await result).toMatchObject({ code: 0, stdout: 'ready\nended well\n' });
  });

  it('leaves no program behind when it is killed', async () => {
    const root = checkout();
    writeFileSync(join(root, 'ops/cli.ts'), 'import "../core/lifeline.ts"; setInterval(() => {}, 1000); console.log(process.pid);');
    const child = start(root, ['up']);
    const [first] = await once(child.stdout ?? child, 'data') as [Buffer];
    const pid = Number(first.toString());
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await untilGone(pid);
  });

  it('says what to do on a Node that is too old', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.19.0"})';
    const { code, stderr } = await bootstrap(checkout(), ['up'], { node: ['--import', old] });
    expect(code).toBe(1);
    expect(stderr).toBe(`NODE_TOO_OLD: ${ERRORS.NODE_TOO_OLD.message.replace('{version}', '18.19.0')}\n  → ${ERRORS.NODE_TOO_OLD.fix}\n`);
  });

  it('says what to do when npm fails, and goes on the next time', async () => {
    const root = checkout();
    cpSync(join(root, 'package-lock.json'), join(root, 'good.json'));
    writeFileSync(join(root, 'package-lock.json'), '{ broken');
    const { code, stderr } = await bootstrap(root, ['up']);
    expect(code).toBe(1);
    expect(stderr).toContain('DEPENDENCIES_FAILED');
    expect(stderr).toContain(ERRORS.DEPENDENCIES_FAILED.fix);
    cpSync(join(root, 'good.json'), join(root, 'package-lock.json'));
    expect((await bootstrap(root, ['up'])).code).toBe(0);
  });
});

it('package.json hands the four commands to the bootstrap, and lets the pinned Node run its install script', () => {
  const { scripts, allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string>; allowScripts: Record<string, boolean> };
  for (const [script, command] of Object.entries({ start: 'up', test: 'test', bench: 'bench', doctor: 'doctor' })) {
    expect(scripts[script]).toMatch(new RegExp(`^(exec )?node bootstrap\\.mjs ${command}$`));
  }
  expect(allowScripts).toMatchObject({ node: true, 'onnxruntime-node': true });
});
