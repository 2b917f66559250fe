// Starts a supervised program with a child, prints the two process ids, and waits to be killed.
import { SupervisedService } from '../../../ops/up/supervisor.ts';
import { Watchdog } from '../../../ops/up/watchdog.ts';

const script = `trap '' TERM; sleep 1000 & echo $$ $!; wait; while :; do sleep 1; done`;
new SupervisedService(
  { name: 'program', command: '/bin/sh', args: ['-c', script], env: process.env, cwd: '/', probe: () => Promise.resolve({ ready: true }) },
  { watchdog: new Watchdog({ graceSeconds: 0 }), onLine: (line) => process.stdout.write(`${line}\n`) },
);
