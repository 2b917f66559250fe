import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { isCodedError } from '../../../core/errors.ts';
import { SupervisedService, type ServiceDefinition, type ServiceState } from '../../../ops/up/supervisor.ts';
import { Watchdog } from '../../../ops/up/watchdog.ts';
import { isAlive, untilGone } from '../../support/processes.ts';

const running: { service: SupervisedService; watchdog: Watchdog }[] = [];

afterEach(async () => {
  for (const { service, watchdog } of running.splice(0)) {
    service.kill();
    await service.stop(0);
    watchdog.close();
  }
});

function supervise(script: string, probe: ServiceDefinition['probe'] = () => Promise.resolve({ ready: true })) {
  const clock = new ManualClock();
  const watchdog = new Watchdog({ graceSeconds: 0 });
  const lines: string[] = [];
  const states: ServiceState[] = [];
  const service = new SupervisedService({ name: 'program', command: '/bin/sh', args: ['-c', script], env: process.env, cwd: '/', probe }, { watchdog, clock, onLine: (line) => lines.push(line) });
  service.onState((state) => states.push(state));
  running.push({ service, watchdog });
  const next = async (kind: ServiceState['kind']): Promise<ServiceState> => {
    while (service.state.kind !== kind) await new Promise<void>((resolve) => service.onState(() => resolve()));
    return service.state;
  };
  return { clock, service, lines, states, next };
}

describe('a supervised service', () => {
  it('is ready when its probe says so, and its lines are passed on', async () => {
    let healthy = false;
    const { service, clock, lines } = supervise('echo started; echo trouble >&2; exec sleep 100', () => Promise.resolve({ ready: healthy }));
    expect(service.state.kind).toBe('starting');
    healthy = true;
    const advancing = setInterval(() => clock.advance(100), 1);
    const { pid } = await service.ready();
    clearInterval(advancing);
    expect(isAlive(pid)).toBe(true);
    expect(service.pid).toBe(pid);
    await expect.poll(() => [...lines].sort()).toEqual(['started', 'trouble']);
  });

  it('is started again with growing pauses whenever it dies', async () => {
    const { service, clock, next } = supervise('exec sleep 100');
    const pids = new Set<number>();
    for (const pause of [500, 1_000, 2_000]) {
      const { pid } = await service.ready();
      pids.add(pid);
      process.kill(pid, 'SIGKILL');
      expect(await next('down')).toEqual({ kind: 'down', reason: 'signal SIGKILL', restartInMs: pause });
      clock.advance(pause);
    }
    pids.add((await service.ready()).pid);
    expect(pids.size).toBe(4);
  });

  it('is started again when it hangs, and left alone while it answers anything', async () => {
    const looks: ('well' | 'ill' | 'silent')[] = ['well', 'silent', 'silent', 'silent', 'silent', 'silent', 'ill', ...Array<'silent'>(6).fill('silent'), 'well'];
    const { service, clock, states } = supervise('exec sleep 100', () => {
      const look = looks.shift() ?? 'well';
      return look === 'silent' ? Promise.reject(new Error('timeout')) : Promise.resolve({ ready: look === 'well' });
    });
    const { pid } = await service.ready();
    const advancing = setInterval(() => clock.advance(5_000), 1);
    while (service.pid === pid) await new Promise<void>((resolve) => service.onState(() => resolve()));
    await service.ready();
    clearInterval(advancing);
    expect(looks).toEqual([]);
    expect(states).toContainEqual(expect.objectContaining({ kind: 'down', reason: 'it hung: no answer to 6 looks' }));
  });

  it('comes back quickly again after it was healthy for a minute', async () => {
    const { service, clock, next } = supervise('exec sleep 100');
    for (const livedMs of [0, 0, 61_000]) {
      const { pid } = await service.ready();
      clock.advance(livedMs);
      process.kill(pid, 'SIGKILL');
      const state = await next('down');
      if (livedMs > 0) expect(state).toMatchObject({ restartInMs: 500 });
      else if (state.kind === 'down') clock.advance(state.restartInMs);
    }
  });

  it('gives up one that never comes up, with the reason and its last lines', async () => {
    const { service, clock, next } = supervise('echo "no such file" >&2; exit 3', () => Promise.resolve({ ready: false }));
    const advancing = setInterval(() => clock.advance(500), 1);
    await expect(service.ready()).rejects.toSatisfy((error) => isCodedError(error, 'SERVICE_FAILED') && error.message.includes('program') && error.message.includes('exit code 3'));
    clearInterval(advancing);
    await next('failed');
    expect(service.lastLines).toContain('no such file');
  });

  it('reports a program that does not exist', async () => {
    const watchdog = new Watchdog();
    const clock = new ManualClock();
    const service = new SupervisedService({ name: 'nothing', command: '/no/such/program', args: [], env: {}, cwd: '/', probe: () => Promise.resolve({ ready: false }) }, { watchdog, clock, onLine: () => undefined });
    running.push({ service, watchdog });
    const advancing = setInterval(() => clock.advance(500), 1);
    await expect(service.ready()).rejects.toThrow(/ENOENT/);
    clearInterval(advancing);
  });

  it('ends politely, and not again', async () => {
    const { service, lines, states } = supervise(`trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done`);
    const { pid } = await service.ready();
    await expect.poll(() => lines).toContain('up');
    await service.stop();
    await untilGone(-pid);
    expect(states.at(-1)).toEqual({ kind: 'stopped' });
    await expect.poll(() => lines).toContain('bye');
    await expect(service.ready()).rejects.toThrow(/stopped/);
  });

  it('ends one that will not, and its children, when the grace is over', async () => {
    const { service, clock, lines } = supervise(`trap '' TERM; sleep 1000 & echo child $!; wait; while :; do sleep 0.01; done`);
    const { pid } = await service.ready();
    await expect.poll(() => lines.length).toBe(1);
    const child = Number(lines[0]?.split(' ')[1]);
    expect(isAlive(child)).toBe(true);
    const stopped = service.stop(4_000);
    clock.advance(3_999);
    expect(isAlive(pid)).toBe(true);
    clock.advance(1);
    await stopped;
    await untilGone(-pid);
    expect(isAlive(child)).toBe(false);
  });

  it('takes what a dead program left behind with it, so that nothing holds its ports', async () => {
    const { service, lines } = supervise('sleep 1000 & echo child $!; wait');
    const { pid } = await service.ready();
    await expect.poll(() => lines.length).toBe(1);
    const child = Number(lines[0]?.split(' ')[1]);
    process.kill(pid, 'SIGKILL');
    await untilGone(child);
  });

  it('stops in the middle of a pause between two starts', async () => {
    const { service, next } = supervise('exec sleep 100');
    const { pid } = await service.ready();
    process.kill(pid, 'SIGKILL');
    await next('down');
    await service.stop();
    expect(service.state.kind).toBe('stopped');
  });
});
