import { existsSync, globSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseExercise, parsePersona, readExerciseFile } from '../../coaching/exercise-file.ts';
import { describeFinding, type Finding } from '../../coaching/finding.ts';
import { loadConfig } from '../../core/config.ts';
import { SHIPPED_EXERCISES } from '../../core/paths.ts';

export interface ExerciseCheck {
  /** Files read. */
  readonly checked: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Checks exercise and persona files (a folder stands for the files in it). A persona is a
 * file in a folder named `personas`; an exercise may name those beside it and the shipped ones.
 */
export function checkExercises(paths: readonly string[]): ExerciseCheck {
  const checked = paths.flatMap(filesOf);
  return { checked, findings: checked.flatMap(check) };
}

/** `eloquence exercise check`, without paths of the folder in use: prints a line for each finding. Returns the exit code. */
export function exerciseCheck(paths: readonly string[]): number {
  const { checked, findings } = checkExercises(paths.length === 0 ? [loadConfig().exercises] : paths);
  for (const finding of findings) console.log(describeFinding(finding));
  const faulty = new Set(findings.map(({ file }) => file)).size;
  if (checked.length === 0) console.log('✗ there are no exercise files there');
  else if (faulty === 0) console.log(`✓ ${count(checked.length, 'file')} checked, nothing wrong`);
  else console.log(`✗ ${count(findings.length, 'error')} in ${String(faulty)} of ${count(checked.length, 'file')}`);
  return faulty === 0 && checked.length > 0 ? 0 : 1;
}

function check(file: string): readonly Finding[] {
  const shown = relative(process.cwd(), file);
  if (!existsSync(file)) return [{ file: shown, path: '', line: 1, column: 1, reason: 'there is no such file', suggestion: 'Give the path of an exercise file, or none for all of exercises/.' }];
  const parsed = readExerciseFile(file, (text) => (isPersona(file) ? parsePersona(text, shown) : parseExercise(text, shown, personasBeside(file))), shown);
  return parsed.ok ? [] : parsed.errors;
}

const isPersona = (file: string): boolean => basename(dirname(file)) === 'personas';

const personasBeside = (file: string): string[] =>
  [join(dirname(file), 'personas'), join(SHIPPED_EXERCISES, 'personas')].flatMap((folder) => globSync('*.json', { cwd: folder })).map((name) => basename(name, '.json'));

function filesOf(path: string): string[] {
  const file = resolve(path);
  if (!existsSync(file) || !statSync(file).isDirectory()) return [file];
  return globSync(['*.json', 'personas/*.json'], { cwd: file }).filter((name) => !name.endsWith('.schema.json')).sort().map((name) => join(file, name));
}

const count = (n: number, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;
