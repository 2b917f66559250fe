#!/usr/bin/env node
import '../core/lifeline.ts';
import { Command } from 'commander';
import { CodedError } from '../core/errors.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import type { UpOptions } from './up/up.ts';

// A command is loaded when it is asked for: the help should not wait for WebRTC.

const program = new Command('eloquence')
  .description('Real-time voice coaching on your own machine.')
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

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  process.exitCode = 1;
  process.stderr.write(`${error.code}: ${error.message}\n  → ${error.fix}\n`);
}
// A library's open socket must not keep the terminal waiting.
process.exit();
