import '../core/lifeline.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT, SHIPPED_EXERCISES } from '../core/paths.ts';
import { renderPhrases, setPhrases } from '../ops/up/render-phrases.ts';
import { startTestStack } from '../tests/support/stack.ts';
import { accuracyRows, benchAccuracy } from './accuracy.ts';
import { benchConversation, conversationRows } from './conversation.ts';
import { benchEventLoopLag, eventLoopRows } from './event-loop-lag.ts';
import { treeUse } from './processes.ts';
import { benchRooms, roomRows } from './rooms.ts';
import { benchStt, sttRows } from './stt.ts';
import { benchTokenService, tokenServiceRows } from './token-service.ts';
import { benchTts, ttsRows } from './tts.ts';

/** One line of the table: what was measured, what was promised (empty: nothing), what came out. */
interface Row {
  readonly measure: string;
  readonly target: string;
  readonly result: string;
}

const WHICH = ['stt', 'accuracy', 'tts', 'token-service', 'conversation', 'rooms', 'lag'] as const;
const asked = process.argv.slice(2).filter((name) => (WHICH as readonly string[]).includes(name));
const wanted = (name: (typeof WHICH)[number]): boolean => asked.length === 0 || asked.includes(name);

const report: Record<string, unknown> = {};
const rows: Row[] = [];
function keep(name: string, figures: unknown, more: readonly Row[]): void {
  report[name] = figures;
  rows.push(...more);
  for (const { measure, target, result } of more) console.log(`${measure.padEnd(54)} ${target.padEnd(26)} ${result}`);
}

// One after the other: each has the machine to itself.
const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${String(cpus().length)} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'} at the start`;
console.log(`${machine}\n\n${'measure'.padEnd(54)} ${'target'.padEnd(26)} result`);
if (wanted('stt')) {
  const figures = await benchStt();
  keep('stt', figures, sttRows(figures));
}
// By name alone: it brings 600 MB of Python packages and weights.
if (asked.includes('accuracy')) {
  const figures = await benchAccuracy();
  keep('accuracy', figures, accuracyRows(figures));
}
if (wanted('tts')) {
  const figures = await benchTts();
  keep('tts', figures, ttsRows(figures));
}
if (wanted('token-service')) {
  const figures = await benchTokenService();
  keep('tokenService', figures, tokenServiceRows(figures));
}
if (wanted('conversation') || wanted('rooms') || wanted('lag')) {
  const stack = await startTestStack();
  try {
    if (wanted('conversation')) {
      // As on a machine that has been up for a few minutes: what the script says word for word is in the cache on disk.
      const start = performance.now();
      const [free] = setPhrases(SHIPPED_EXERCISES).filter(({ exercise }) => exercise === 'conversation_libre_marie');
      const rendered = await renderPhrases(stack.stack.addresses.inference, AbortSignal.timeout(600_000), free === undefined ? [] : [free]);
      console.log(`(${String(rendered)} set phrases rendered ahead in ${((performance.now() - start) / 1_000).toFixed(0)} s)`);
      const pids = [...stack.stack.processes].flatMap(([name, { state }]) => (state.kind === 'ready' ? [{ name, pid: state.pid }] : []));
      const before = pids.map(({ pid }) => treeUse(pid).cpuSeconds);
      const began = performance.now();
      const figures = await benchConversation(stack);
      const seconds = (performance.now() - began) / 1_000;
      const uses = pids.map(({ name, pid }, index) => {
        const { cpuSeconds, megabytes } = treeUse(pid);
        return { name, cores: (cpuSeconds - (before[index] ?? 0)) / seconds, megabytes };
      });
      keep('conversation', { ...figures, uses }, conversationRows(figures));
      keep('processes', uses, uses.map(({ name, cores, megabytes }) => ({ measure: `${name} during the conversations`, target: '', result: `${cores.toFixed(2)} core, ${megabytes.toFixed(0)} MB` })));
    }
    if (wanted('rooms')) {
      const figures = await benchRooms(stack.inference);
      keep('rooms', figures, roomRows(figures));
    }
    if (wanted('lag')) {
      const figures = await benchEventLoopLag(stack.stack.addresses.inference);
      keep('lag', figures, eventLoopRows(figures));
    }
  } finally {
    await stack.stop();
  }
}

const folder = join(ROOT, 'bench/results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'latest.json'), JSON.stringify({ at: new Date().toISOString(), machine, ...report, rows }, null, 2));
console.log('\nThe samples are in bench/results/latest.json.');
process.exit(0);
