import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { installedSettings, loadConfig } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';

/** What stands for “no settings of one’s own” among the kept ones. */
const NONE = '# none\n{}\n';

/**
 * Puts settings of the section `tts` in force for the next start of inference, and keeps those before for `rollback`.
 * @throws CodedError CONFIG_INVALID: then nothing has changed
 */
export function configure(file: string): void {
  const { current, previous } = installedSettings('tts');
  mkdirSync(dirname(current), { recursive: true });
  const draft = `${current}.draft`;
  copyFileSync(file, draft);
  const before = existsSync(current) ? readFileSync(current, 'utf8') : NONE;
  writeFileSync(previous, before);
  renameSync(draft, current);
  try {
    loadConfig();
  } catch (error) {
    writeFileSync(current, before);
    if (before === NONE) rmSync(current);
    throw error;
  }
  console.log(`${file} is in force from the next start of inference on; \`eloquence tts rollback\` takes it back.`);
}

/** Swaps the settings in force with those before. @throws CodedError CONFIG_NOTHING_BEFORE */
export function rollback(): void {
  const { current, previous } = installedSettings('tts');
  if (!existsSync(previous)) throw new CodedError('CONFIG_NOTHING_BEFORE', { section: 'tts' });
  const now = existsSync(current) ? readFileSync(current, 'utf8') : NONE;
  renameSync(previous, current);
  writeFileSync(previous, now);
  loadConfig();
  console.log('The settings before are in force from the next start of inference on.');
}
