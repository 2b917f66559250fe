/**
 * What `bootstrap.mjs` runs before a command: `node ops/setup/main.ts <command>`; after `setup` and `models` may follow names
 * of models that are brought on request. Brings everything that the command
 * needs and that is not there. What it says goes to stderr, so that the command's own output can be piped.
 */
import '../../core/lifeline.ts';
import { join } from 'node:path';
import { isCodedError } from '../../core/errors.ts';
import { homeFolder } from '../../core/paths.ts';
import { livekitServerStep } from './livekit-server.ts';
import { modelsStep } from './models/step.ts';
import { Python } from './python.ts';
import { stopPrograms } from './run-program.ts';
import { setUp } from './set-up.ts';
import { Vendors } from './sources/vendors.ts';
import type { Step } from './step.ts';
import { CHROMIUM, ESPEAK, FFMPEG, FIREFOX, POSTGRESQL, PYTHON, systemPackagesStep } from './system-packages.ts';
import { webBuildStep } from './web-build.ts';

/** The commands that start services or engines. The others read files: the npm dependencies are enough for them. */
const WHOLE = ['up', 'doctor', 'setup', 'test', 'bench'];
/** These start a media server of their own beside whatever `LIVEKIT_URL` names. */
const OWN_MEDIA_SERVER = ['test', 'bench', 'setup'];
/** Kokoro in one piece, a language model just large enough to test with, and Vosk where its library runs. */
const FOR_TESTS = ['kokoro-int8', 'smollm2', ...(process.platform === 'linux' && process.arch === 'x64' ? ['libvosk', 'vosk-ko'] : [])];

function stepsFor(command: string, names: readonly string[]): Step[] {
  if (!WHOLE.includes(command) && command !== 'models') return [];
  const home = homeFolder();
  const [vendors, python] = [new Vendors(), new Python(home)];
  const models = modelsStep({ home, local: process.env['ELOQUENCE_MODELS'] || undefined, requested: command === 'test' ? FOR_TESTS : names, vendors, python });
  if (command === 'models') return [models]; // a container's image has the rest
  const external = async (): Promise<boolean> => !OWN_MEDIA_SERVER.includes(command) && (await mediaServerElsewhere());
  const programs = [ESPEAK, FFMPEG, ...(models.needed() === true ? [PYTHON] : []), ...(command === 'test' ? [CHROMIUM, FIREFOX, POSTGRESQL] : [])];
  return [systemPackagesStep({ programs, memory: join(home, 'system-packages-asked') }), livekitServerStep({ home, external, vendors, python }), models, webBuildStep()];
}

async function mediaServerElsewhere(): Promise<boolean> {
  if (process.env['LIVEKIT_URL']) return true;
  const { loadConfig, localUrl } = await import('../../core/config.ts');
  const config = loadConfig();
  return config.livekit.url !== localUrl('ws', config, config.livekit.port);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopPrograms();
    process.kill(process.pid, signal);
  });
}

const [command = '', ...names] = process.argv.slice(2);
try {
  await setUp(stepsFor(command, names), { home: homeFolder(), screen: process.stderr });
} catch (error) {
  if (!isCodedError(error)) throw error;
  console.error(`${error.code}: ${error.message}\n  → ${error.fix}`);
  process.exitCode = 1;
}
