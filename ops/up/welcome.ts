import Value from 'typebox/value';
import { relative } from 'node:path';
import { ExerciseList } from '../../protocol/exercise-view.ts';
import { inHome } from '../../core/paths.ts';
import { illParts } from './probe.ts';
import type { Stack } from './stack.ts';

/** What a person reads when all is ready: where to go, who coaches, what is missing, how to stop. */
export async function welcome(stack: Stack): Promise<string> {
  const { addresses } = stack;
  const coach = await coachOf(addresses.tokenService);
  const rows: [string, string][] = [
    ['Coach', coach === 'llm' ? `led by an LLM (${stack.config.llm.model})` : 'scripted, because no LLM key is set; with one: MISTRAL_API_KEY=… npm start'],
    ...missing(stack).map((part): [string, string] => ['Missing', part]),
    ['Check', 'npm run doctor'],
    ['Logs', relative(process.cwd(), inHome('logs')) || '.'],
    ['Stop', '^C'],
  ];
  return ['', `  Eloquence is ready: ${addresses.page}`, '', ...rows.map(([name, value]) => `  ${name.padEnd(8)} ${value}`), '', ''].join('\n');
}

/** What the services' own pages call degraded. */
const missing = ({ processes }: Stack): string[] =>
  [...processes.values()].flatMap(({ name, lastProbe }) => illParts(lastProbe?.health).map((part) => `${name}: ${part}`));

async function coachOf(tokenService: string): Promise<ExerciseList['coach']> {
  try {
    const list: unknown = await (await fetch(new URL('/exercises', tokenService), { signal: AbortSignal.timeout(2_000) })).json();
    return Value.Check(ExerciseList, list) ? list.coach : 'scripted';
  } catch {
    return 'scripted';
  }
}
