import { styleText } from 'node:util';
import { loadConfig, type Config } from '../../core/config.ts';
import type { Screen } from '../up/console.ts';
import { runChecks, type Check, type Finding } from './check.ts';
import { firstWordCheck } from './first-word.ts';
import { machineChecks } from './machine.ts';
import { serviceChecks } from './services.ts';
import { speechChecks } from './speech.ts';

export interface DoctorOptions {
  readonly json?: boolean;
}

const MARKS = { ok: '✓', warning: '!', failed: '✗', skipped: '–' } as const;
const COLORS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;
const WORTH = { ok: 1, warning: 0.5, failed: 0, skipped: 0 } as const;

const allChecks = (config: Config, env: NodeJS.ProcessEnv): Check[] => [...machineChecks(config, env), ...serviceChecks(config, env), ...speechChecks(config), firstWordCheck(config, env)];

/** Share of what works, 0 to 100; a warning counts half. */
export const scoreOf = (findings: readonly Finding[]): number => Math.round((100 * findings.reduce((sum, { status }) => sum + WORTH[status], 0)) / Math.max(1, findings.length));

/** `eloquence doctor`: prints a line for each check as it is done, and the score. Returns the exit code: 1 when something failed. */
export async function doctor({ json = false }: DoctorOptions = {}, env: NodeJS.ProcessEnv = process.env, screen: Screen = process.stdout): Promise<number> {
  const checks = allChecks(loadConfig(env), env);
  const width = Math.max(...checks.map(({ title }) => title.length));
  const findings: Finding[] = [];
  for await (const finding of runChecks(checks)) {
    findings.push(finding);
    if (!json) screen.write(describe(finding, width, screen.isTTY === true && !env['NO_COLOR']));
  }
  const score = scoreOf(findings);
  const failed = findings.filter(({ status }) => status === 'failed').length;
  if (json) screen.write(`${JSON.stringify({ ok: failed === 0, score, findings }, null, 2)}\n`);
  else screen.write(`\n  Score ${String(score)} of 100: ${failed === 0 ? 'everything works' : `${String(failed)} of ${String(findings.length)} checks failed; put right the first one first`}\n`);
  return failed === 0 ? 0 : 1;
}

function describe(finding: Finding, width: number, color: boolean): string {
  const mark = color ? styleText(COLORS[finding.status], MARKS[finding.status], { validateStream: false }) : MARKS[finding.status];
  const line = `${mark} ${finding.title.padEnd(width)}  ${finding.detail}\n`;
  return 'fix' in finding ? `${line}  ${''.padEnd(width)}  → ${finding.fix}\n` : line;
}
