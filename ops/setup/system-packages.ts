import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { CodedError } from '../../core/errors.ts';
import { findProgram } from './programs.ts';
import { findPython } from './python.ts';
import { ProgramFailed, runProgram } from './run-program.ts';
import type { Step } from './step.ts';

/** A program that comes from the system's own packages. */
interface SystemProgram {
  /** As people know it. */
  readonly name: string;
  /** Debian's and Ubuntu's package. */
  readonly apt: string;
  /** Without a required one nothing starts; without another one something is left out, and said so. */
  readonly required: boolean;
  /** What it is for, in a few words. */
  readonly purpose: string;
  isThere(): boolean | Promise<boolean>;
}

const onPath = (...names: string[]) => (): boolean => findProgram(names) !== undefined;

export const ESPEAK: SystemProgram = { name: 'espeak-ng', apt: 'espeak-ng', required: true, purpose: 'the phonemes of every voice', isThere: onPath('espeak-ng') };
export const FFMPEG: SystemProgram = { name: 'ffmpeg', apt: 'ffmpeg', required: false, purpose: 'audio in other formats than WAV', isThere: onPath('ffmpeg') };
export const CHROMIUM: SystemProgram = { name: 'Chromium', apt: 'chromium', required: false, purpose: 'the tests of the page', isThere: onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') };
export const FIREFOX: SystemProgram = { name: 'Firefox', apt: 'firefox-esr', required: false, purpose: 'the tests of the page in Firefox', isThere: onPath('firefox-esr', 'firefox') };
export const POSTGRESQL: SystemProgram = { name: 'PostgreSQL', apt: 'postgresql', required: false, purpose: 'the tests of the session store', isThere: () => findProgram(['initdb', 'pg_ctl']) !== undefined || existsSync('/usr/lib/postgresql') };
/** Needed while models are missing; afterwards never again. */
export const PYTHON: SystemProgram = { name: 'Python 3.11 or newer with venv', apt: 'python3-venv', required: true, purpose: 'fetching and building the models', isThere: async () => (await findPython()) !== undefined };

export interface SystemPackagesOptions {
  readonly programs: readonly SystemProgram[];
  /** Remembers which optional programs could not be had, so that they are asked for once and not at every start. */
  readonly memory: string;
  /** How packages are installed here; none where only a person can (not root, or no apt). */
  readonly install?: ((packages: readonly string[]) => Promise<void>) | undefined;
}

/** Installs the programs that are missing where that is possible; names them and the command to type elsewhere. */
export function systemPackagesStep({ programs, memory, install = installer() }: SystemPackagesOptions): Step {
  const missing = async (): Promise<SystemProgram[]> => {
    const there = await Promise.all(programs.map(async (program) => program.isThere()));
    const asked = existsSync(memory) ? readFileSync(memory, 'utf8').split('\n') : [];
    return programs.filter(({ apt, required }, index) => !there[index] && (required || !asked.includes(apt)));
  };

  return {
    name: 'system packages',
    needed: async () => (await missing()).length > 0,
    async run(progress) {
      const wanted = await missing();
      let failure: ProgramFailed | undefined;
      if (install !== undefined && wanted.length > 0) {
        progress.say(wanted.map(({ apt }) => apt).join(', '));
        try {
          await install(wanted.map(({ apt }) => apt));
        } catch (error) {
          if (!(error instanceof ProgramFailed)) throw error;
          failure = error;
        }
      }
      const still = await missing();
      const required = still.filter((program) => program.required);
      if (required.length > 0) {
        throw new CodedError('SETUP_PROGRAM_MISSING', { program: required.map(({ name }) => name).join(', '), command: command(still) }, { cause: failure });
      }
      for (const { name, apt, purpose } of still) {
        progress.note(`${name} is not installed (${purpose}): ${command(still)}`);
        appendFileSync(memory, `${apt}\n`);
      }
    },
  };
}

function command(programs: readonly SystemProgram[]): string {
  return `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install ${programs.map(({ apt }) => apt).join(' ')}`;
}

function installer(): SystemPackagesOptions['install'] {
  const apt = findProgram(['apt-get']);
  if (apt === undefined || process.getuid?.() !== 0) return undefined;
  return async (packages) => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runProgram(apt, ['update'], { env });
    await runProgram(apt, ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages], { env });
  };
}
