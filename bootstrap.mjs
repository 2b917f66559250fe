#!/usr/bin/env node
/**
 * The door to Eloquence: `node bootstrap.mjs <up|test|bench|doctor|setup|any eloquence command> [arguments]`.
 * `setup` takes names of models that are brought on request (config/models.yaml).
 *
 * Plain JavaScript without dependencies, because it runs on whatever Node the machine has (20.19 or newer). It sees to
 * the npm dependencies and hands over to the Node 24 that is one of them: first to `ops/setup/main.ts`, which brings
 * everything else, then to the command. When nothing is missing it costs one read and one hash.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const ROOT = dirname(fileURLToPath(import.meta.url));
const PINNED_NODE = join(ROOT, 'node_modules/node/bin/node');
const STAMP = join(ROOT, 'node_modules/.eloquence-installed');
/** Node keeps compiled sources here: the second start of a program takes a third of the first. Coverage wants none. */
const COMPILED = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules/.cache/compiled') };
const PROGRAMS = { test: 'ops/test.ts', bench: 'bench/main.ts' };

/** Something a person can put right; core/errors.ts lists the codes. */
class Failure extends Error {
  constructor(code, message, fix) {
    super(message);
    Object.assign(this, { code, fix });
  }
}

/** A program that was run here ended otherwise than well: this process ends the same way. */
class Ended extends Error {
  constructor({ code, signal }) {
    super('ended');
    Object.assign(this, { code, signal });
  }
}

endWithNpm();
const [command = '', ...args] = process.argv.slice(2);
try {
  checkNode();
  await seeToDependencies();
  await pinnedNode('ops/setup/main.ts', [command, ...(command === 'setup' ? args : [])], { ...COMPILED, NODE_USE_ENV_PROXY: '1' });
  // `setup` is what has just been done, for an image or a machine that will have no network.
  if (Object.hasOwn(PROGRAMS, command)) await pinnedNode(PROGRAMS[command], args, command === 'test' ? {} : COMPILED);
  else if (command !== 'setup') await pinnedNode('ops/cli.ts', process.argv.slice(2), COMPILED);
} catch (error) {
  if (error instanceof Ended) end(error);
  else if (error instanceof Failure) {
    say(`${error.code}: ${error.message}`, `  → ${error.fix}`);
    process.exitCode = 1;
  } else throw error;
}

/** npm passes signals on, unless it is killed outright: then this process has another parent, and ends as if told to. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Failure('NODE_TOO_OLD', `Node ${process.versions.node} is too old.`, `Install Node ${OLDEST_NODE.join('.')} or newer; it only starts the set-up, which brings its own Node 24.`);
}

async function seeToDependencies() {
  if (stamped()) return;
  await exclusively(join(ROOT, 'node_modules.lock'), async () => {
    if (stamped()) return;
    if (!installed()) await install();
    writeFileSync(STAMP, fingerprint());
  });
}

function stamped() {
  return existsSync(PINNED_NODE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

/** What node_modules has to be for: this lock file, on this kind of machine. */
function fingerprint() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`;
}

/** Whether npm itself has already brought node_modules to the lock file, as after `npm install <package>`. */
function installed() {
  const record = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(record) || !existsSync(PINNED_NODE)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return (
    Object.keys(present).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, { version, optional, devOptional }]) =>
      path === '' || (path in present ? present[path].version === version : (optional ?? devOptional)))
  );
}

async function install() {
  const begun = Date.now();
  say('▸ npm dependencies: installing (about a minute the first time)');
  const gpu = existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0');
  // onnxruntime-node would otherwise fetch some 300 MB of CUDA libraries, from a host that is no package registry.
  const withoutCuda = { ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip' };
  // --include=dev: the page is built and the tests run here, whatever NODE_ENV says.
  const arguments_ = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  let code = await npm(arguments_, gpu ? {} : withoutCuda);
  if (code !== 0 && gpu) {
    say('▸ npm dependencies: once more, without the CUDA libraries');
    code = await npm(arguments_, withoutCuda);
  }
  // npm leaves install scripts out where `ignore-scripts` is set; the pinned Node cannot do without its own.
  if (code === 0 && !existsSync(PINNED_NODE)) code = await npm(['rebuild', 'node', '--ignore-scripts=false'], withoutCuda);
  if (code !== 0 || !existsSync(PINNED_NODE)) {
    throw new Failure('DEPENDENCIES_FAILED', 'npm could not install the dependencies; its own words stand above.', 'Put right what npm names (network, registry, disk, rights), then run the same command: it goes on from npm’s cache.');
  }
  say(`✓ npm dependencies: ${Math.round((Date.now() - begun) / 1000)} s`);
}

async function npm(words, environment) {
  // What npm prints is progress: it belongs beside the output of the command, not in it.
  const { code } = await run('npm', words, { cwd: ROOT, stdio: ['ignore', 2, 2], env: { ...process.env, ...environment } });
  return code ?? 1;
}

/** Runs a TypeScript file of the project on the pinned Node. Ends this process as the program ended, unless that was well. */
async function pinnedNode(file, words, environment = {}) {
  // The channel carries no message: its closing tells the program that this process is gone (core/lifeline.ts).
  const result = await run(PINNED_NODE, [join(ROOT, file), ...words], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...environment } });
  if (result.code !== 0) throw new Ended(result);
}

/** Runs a program to its end, passing signals on to it. */
function run(program, words, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, options);
    const passOn = (signal) => {
      // ^C in a terminal reaches the whole foreground group: the program has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    const done = (settle, value) => {
      for (const signal of signals) process.off(signal, passOn);
      settle(value);
    };
    child.on('error', (error) => done(reject, new Failure('DEPENDENCIES_FAILED', `${program} does not start: ${error.message}.`, 'See that npm is on PATH; remove node_modules and run the same command again.')));
    child.on('exit', (code, signal) => {
      if (program === PINNED_NODE || signal === null) done(resolve, { code, signal });
      else done(reject, new Ended({ code, signal }));
    });
  });
}

function end({ code, signal }) {
  if (signal === null) process.exitCode = code;
  else process.kill(process.pid, signal);
}

/**
 * One process at a time: a second one waits for the first, and takes over from one that died. The lock is a link whose
 * target is the holder's process number, so that it comes into being with its content.
 */
async function exclusively(file, work) {
  for (let waiting = false; !lock(file); await wait(250)) {
    if (takeOver(file)) continue;
    if (!waiting) say('▸ npm dependencies: waiting for another set-up of this checkout (if none runs, remove node_modules.lock)');
    waiting = true;
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function lock(file) {
  try {
    symlinkSync(String(process.pid), file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Failure('DEPENDENCIES_FAILED', `${ROOT} cannot be written: ${error.code}.`, 'Give the checkout to this user.');
  }
}

/**
 * Removes the lock of a process that has died. One judge at a time: of two, the slower one would remove the lock that
 * the quicker one has made since.
 */
function takeOver(file) {
  const judge = `${file}.judge`;
  try {
    mkdirSync(judge);
  } catch {
    const since = statSync(judge, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    // Judging takes a millisecond: this judge died at it.
    if (Date.now() - since > 10_000) rmSync(judge, { recursive: true, force: true });
    return false;
  }
  try {
    if (alive(file)) return false;
    rmSync(file);
    return true;
  } finally {
    rmSync(judge, { recursive: true, force: true });
  }
}

/** Whether the holder of the lock lives; a lock that was just given back is for the next round to see. */
function alive(file) {
  try {
    process.kill(Number(readlinkSync(file)), 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function say(...lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
}
