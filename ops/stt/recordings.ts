import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CodedError } from '../../core/errors.ts';

/** Speech in a file, with what is said in it. */
export interface Recording {
  readonly file: string;
  readonly transcript: string;
}

const AUDIO = /\.(wav|ogg|opus|flac|mp3|m4a|webm)$/i;

/** The recordings below a folder that have a transcript beside them (`a.ogg` and `a.txt`), by the folder they lie in. */
export function recordingSets(folder: string): ReadonlyMap<string, readonly Recording[]> {
  const files = readdir(folder).filter((file) => AUDIO.test(file)).sort();
  const sets = new Map<string, Recording[]>();
  for (const path of files) {
    const file = join(folder, path);
    const text = file.replace(AUDIO, '.txt');
    if (!existsSync(text)) continue;
    const set = dirname(path) === '.' ? basename(folder) : dirname(path);
    sets.set(set, [...(sets.get(set) ?? []), { file, transcript: readFileSync(text, 'utf8').trim() }]);
  }
  if (sets.size === 0) throw new CodedError('AUDIO_UNREADABLE', { reason: `${folder} holds no recording with a transcript (.txt) beside it` });
  return sets;
}

function readdir(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new CodedError('AUDIO_UNREADABLE', { reason: `there is no folder ${folder}` }, { cause });
  }
}

/** @throws CodedError AUDIO_UNREADABLE */
export function readAudio(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new CodedError('AUDIO_UNREADABLE', { reason: `${file} cannot be opened (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})` }, { cause });
  }
}
