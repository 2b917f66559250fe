import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../core/errors.ts';
import { findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';

const REQUIREMENTS = join(import.meta.dirname, 'models/requirements.txt');
/** The oldest that the pinned numpy runs on. */
const OLDEST = [3, 11] as const;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const PROBE = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (' + OLDEST.join(', ') + '))';

/** Set-up's own Python environment (in the data folder, until all is done): pip, and what the model builds need at pinned versions. */
export class Python {
  readonly #folder: string;
  readonly #needs: string;
  #pip: Promise<void> | undefined;
  #requirements: Promise<void> | undefined;

  /** @param requirements what the model builds need, as pip reads it */
  constructor(home: string, requirements = REQUIREMENTS) {
    this.#needs = requirements;
    this.#folder = join(home, 'downloads/python');
  }

  async pip(args: readonly string[]): Promise<void> {
    await (this.#pip ??= this.#create());
    await runProgram(this.#program, ['-m', 'pip', '--disable-pip-version-check', ...args]);
  }

  /** Runs one of set-up's own scripts. */
  async run(script: string, args: readonly string[], onLine?: (line: string) => void): Promise<void> {
    await (this.#requirements ??= this.#install());
    await runProgram(this.#program, ['-B', script, ...args], onLine ? { onLine } : {});
  }

  get #program(): string {
    return join(this.#folder, 'bin/python');
  }

  get #stamp(): string {
    return join(this.#folder, 'installed');
  }

  async #create(): Promise<void> {
    if (existsSync(this.#stamp)) return;
    rmSync(this.#folder, { recursive: true, force: true });
    const base = await findPython();
    if (base === undefined) throw new CodedError('SETUP_PROGRAM_MISSING', { program: `Python ${OLDEST.join('.')} or newer with venv`, command: 'apt-get install python3-venv' });
    await runProgram(base, ['-m', 'venv', this.#folder]);
    writeFileSync(this.#stamp, '');
  }

  async #install(): Promise<void> {
    const wanted = createHash('sha256').update(readFileSync(this.#needs)).digest('hex');
    await this.pip(['--version']);
    if (readFileSync(this.#stamp, 'utf8') === wanted) return;
    await this.pip(['install', '--quiet', '--only-binary=:all:', '--requirement', this.#needs]);
    writeFileSync(this.#stamp, wanted);
  }
}

/** A Python on PATH that is new enough and can make an environment. */
export async function findPython(): Promise<string | undefined> {
  for (const candidate of CANDIDATES) {
    const program = findProgram([candidate]);
    if (program === undefined) continue;
    const fits = await runProgram(program, ['-c', PROBE]).then(() => true, () => false);
    if (fits) return program;
  }
  return undefined;
}
