#!/usr/bin/env node
import '../core/lifeline.ts';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { CodedError } from '../core/errors.ts';
import type { GrantOptions, InviteOptions, StaffRole } from './access/access.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import type { MeasureOptions } from './stt/measure.ts';
import type { TranscribeOptions } from './stt/transcribe.ts';
import type { BenchOptions } from './tts/bench.ts';
import type { DrillOptions } from './tts/drill.ts';
import type { SayOptions } from './tts/say.ts';
import type { UpOptions } from './up/up.ts';

// A command is loaded when it is asked for: the help should not wait for WebRTC.

const program = new Command('eloquence')
  .description('Real-time voice coaching on your own machine.')
  .enablePositionalOptions() // an option belongs to the command before it: `stt` and `stt bench` both have --language
  .showSuggestionAfterError()
  .showHelpAfterError('(eloquence --help lists the commands)')
  .addHelpText('after', `
In a checkout, \`npm start\` is \`eloquence up\`, \`npm run doctor\` is \`eloquence doctor\`, and
\`npm run eloquence -- <command>\` is any of these. Settings: config/eloquence.yaml. Manual: docs/operations.md.`);

program.command('up')
  .description('start everything and print the address to open; ^C ends it')
  .option('--host <address>', 'serve a network by this address of the machine (0.0.0.0: all); needs --cert and --key')
  .option('--cert <file>', 'TLS certificate, PEM, the whole chain')
  .option('--key <file>', 'private key of the certificate, PEM')
  .option('--json', 'show the services’ log lines as they are (also LOG_FORMAT=json)')
  .action(async (options: UpOptions) => {
    const { up } = await import('./up/up.ts');
    await up(options);
  });

program.command('doctor')
  .description('look whether every part works, by using it, and say how to put right what does not')
  .option('--json', 'print the findings as JSON')
  .action(async (options: DoctorOptions) => {
    const { doctor } = await import('./doctor/doctor.ts');
    process.exitCode = await doctor(options);
  });

program.command('exercise')
  .description('work on exercise files')
  .command('check')
  .description('check exercise and persona files: file, place in it, reason, suggestion')
  .argument('[files...]', 'files or folders; default: the folder in use')
  .action(async (files: string[]) => {
    const { exerciseCheck } = await import('./exercise/check.ts');
    process.exitCode = exerciseCheck(files);
  });

const access = program.command('access').description('give access: docs/access.md says to what');
const days = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 365) return number;
  throw new InvalidArgumentError('1 to 365');
};

access.command('grant')
  .description('print a bearer for an author or an operator')
  .addArgument(new Argument('<role>').choices(['author', 'operator']))
  .option('--days <number>', 'how long it is good for', days, 30)
  .action(async (role: StaffRole, options: GrantOptions) => {
    const { grant } = await import('./access/access.ts');
    await grant(role, options);
  });

access.command('invite')
  .description('print a link that invites to one exercise')
  .argument('<exercise>', 'its id, e.g. simulation_entretien')
  .option('--days <number>', 'how long it is good for', days, 7)
  .option('--url <address>', 'address that learners open; default: this machine alone')
  .action(async (exercise: string, options: InviteOptions) => {
    const { invite } = await import('./access/access.ts');
    await invite(exercise, options);
  });

const sessions = program.command('sessions').description('what is kept of the sessions');

sessions.command('list')
  .description('list the sessions, newest first')
  .option('--learner <id>', 'of one learner')
  .action(async (options: { learner?: string }) => {
    const { listSessions } = await import('./sessions/list.ts');
    await listSessions(options);
  });

sessions.command('export')
  .description('write all that is kept of a learner into a folder, recordings too')
  .argument('<learner>', 'the learner’s id, as `sessions list` shows it')
  .option('--out <folder>', 'where to; default: a new folder of the learner’s name')
  .action(async (learner: string, options: { out?: string }) => {
    const { exportLearner } = await import('./sessions/export.ts');
    await exportLearner(learner, options);
  });

sessions.command('erase')
  .description('erase a learner with all that is kept of them, or one session; there is no way back')
  .argument('<id>', 'the learner’s id; with --session, the session’s')
  .option('--session', 'one session')
  .option('--yes', 'do not ask')
  .action(async (id: string, options: { session?: boolean; yes?: boolean }) => {
    const { erase } = await import('./sessions/erase.ts');
    process.exitCode = await erase(id, options);
  });

const tts = program.command('tts').description('the coach’s voices, as the running inference server speaks them');
const count = (most: number) => (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(`1 to ${String(most)}`);
};
const pace = (text: string): number => {
  const number = Number(text);
  if (number >= 0.5 && number <= 2) return number;
  throw new InvalidArgumentError('0.5 to 2');
};

tts.command('say')
  .description('speak a text into a WAV file, and say who spoke')
  .argument('<text...>')
  .option('--out <file>', 'the file', 'speech.wav')
  .option('--voice <voice>', 'e.g. ff_siwis, or an OpenAI voice')
  .option('--language <language>', 'fr or en')
  .option('--level <level>', 'this level alone, e.g. pico')
  .option('--speed <factor>', '0.5 to 2', pace)
  .action(async (words: string[], options: SayOptions) => {
    const { say } = await import('./tts/say.ts');
    await say(words.join(' '), options);
  });

tts.command('bench')
  .description('measure how soon and how fast each level speaks')
  .option('--level <level>', 'this level alone')
  .option('--voice <voice>', 'whose voice', 'ff_siwis')
  .addOption(new Option('--language <language>', 'of the texts').choices(['fr', 'en']).default('fr'))
  .option('--rounds <number>', 'how often each text is said', count(1_000), 10)
  .action(async (options: BenchOptions) => {
    const { bench } = await import('./tts/bench.ts');
    await bench(options);
  });

tts.command('drill')
  .description('switch each level off in turn, under load, and back on: who speaks?')
  .option('--rounds <number>', 'utterances a step', count(1_000), 10)
  .option('--load <number>', 'of them at once', count(50), 3)
  .action(async (options: DrillOptions) => {
    const { drill } = await import('./tts/drill.ts');
    process.exitCode = await drill(options);
  });

tts.command('prerender')
  .description('render every fixed phrase of the exercises into the cache on disk')
  .argument('[exercises...]', 'their ids; default: all')
  .action(async (exercises: string[]) => {
    const { prerender } = await import('./tts/prerender.ts');
    await prerender(exercises);
  });

tts.command('configure')
  .description('put a file of settings in force (those of config/tts.yaml, only what differs) and keep the ones before; restart inference')
  .argument('<file>')
  .action(async (file: string) => {
    const { configure } = await import('./tts/configure.ts');
    configure(file);
  });

tts.command('rollback')
  .description('put the settings before the last `configure` back in force; restart inference')
  .action(async () => {
    const { rollback } = await import('./tts/configure.ts');
    rollback();
  });

const stt = program.command('stt')
  .description('write down what is said in audio files, by the running inference server')
  .enablePositionalOptions()
  .argument('<files...>', 'in any format that ffmpeg reads')
  .option('--language <language>', 'what is spoken, as fr or en, or auto; default: stt.language')
  .option('--words', 'each word with its time and how sure it is')
  .option('--json', 'a line of JSON for each file, with all that is known')
  .action(async (files: string[], options: TranscribeOptions) => {
    const { transcribe } = await import('./stt/transcribe.ts');
    process.exitCode = await transcribe(files, options);
  });

stt.command('bench')
  .description('measure how soon and how fast speech of several lengths is understood; with a folder: how well')
  .argument('[folder]', 'recordings, each with its transcript beside it: a.wav (or .ogg, …) and a.txt')
  .addOption(new Option('--language <language>', 'what is spoken').choices(['fr', 'en']).default('fr'))
  .option('--rounds <number>', 'how often each length is heard', count(1_000), 5)
  .action(async (folder: string | undefined, options: MeasureOptions) => {
    const { bench } = await import('./stt/bench.ts');
    await bench(folder, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  process.exitCode = 1;
  process.stderr.write(`${error.code}: ${error.message}\n  → ${error.fix}\n`);
}
// A library's open socket must not keep the terminal waiting.
process.exit();
