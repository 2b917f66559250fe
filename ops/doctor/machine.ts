import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeFinding } from '../../coaching/finding.ts';
import type { Config } from '../../core/config.ts';
import { homeFolder } from '../../core/paths.ts';
import { checkExercises } from '../exercise/check.ts';
import type { Check, Outcome } from './check.ts';

const NODE_MAJOR = 24;
const GB = 1e9;
const LEAST_FREE = 0.2 * GB;
const GOOD_FREE = 2 * GB;
const LIMIT = 5_000;

/** What can be said of the machine and the checkout without any service. */
export const machineChecks = ({ exercises }: Config, env: NodeJS.ProcessEnv): Check[] => [
  { id: 'node', title: 'Node', limitMs: LIMIT, run: () => Promise.resolve(checkNode()), fix: `Run it by \`npm run doctor\`, which brings Node ${String(NODE_MAJOR)}.` },
  { id: 'data-folder', title: 'data folder', limitMs: LIMIT, run: () => Promise.resolve(checkDataFolder(homeFolder(env))), fix: `Give the folder to this user, or name another one by ELOQUENCE_HOME.` },
  { id: 'exercises', title: 'exercises', limitMs: LIMIT, run: () => Promise.resolve(checkFiles(exercises)), fix: 'Run `npm run eloquence -- exercise check`.' },
];

function checkNode(): Outcome {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) >= NODE_MAJOR) return { status: 'ok', detail: node };
  return { status: 'failed', detail: `${node} is too old`, fix: `Run it by \`npm run doctor\`, which brings Node ${String(NODE_MAJOR)}.` };
}

function checkDataFolder(home: string): Outcome {
  mkdirSync(home, { recursive: true });
  accessSync(home, constants.W_OK);
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const detail = `${home}, ${(free / GB).toFixed(1)} GB free`;
  if (free < LEAST_FREE) return { status: 'failed', detail, fix: `Make room on the disk of ${dirname(home)}: sessions are lost where their events cannot be written.` };
  if (free < GOOD_FREE) return { status: 'warning', detail, fix: `Make room on the disk of ${dirname(home)}; logs, caches and sessions grow.` };
  const secrets = join(home, 'secrets.json');
  if (existsSync(secrets) && (statSync(secrets).mode & 0o077) !== 0) return { status: 'failed', detail: `others on this machine can read ${secrets}`, fix: `chmod 600 ${secrets}` };
  return { status: 'ok', detail };
}

function checkFiles(folder: string): Outcome {
  const { checked, findings } = checkExercises([folder]);
  const [first] = findings;
  if (first !== undefined) return { status: 'failed', detail: `${describeFinding(first)}${findings.length > 1 ? ` (and ${String(findings.length - 1)} more)` : ''}`, fix: '`npm run eloquence -- exercise check` lists everything.' };
  if (checked.length === 0) return { status: 'failed', detail: `there are none in ${folder}`, fix: 'Put exercise files there, or name another folder (setting exercises, ELOQUENCE_EXERCISES).' };
  return { status: 'ok', detail: `${String(checked.length)} files valid` };
}
