import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { tokenServiceHere } from './service.ts';

/** `eloquence sessions export`: `eloquence.json` with all that is kept of a learner, and a file for each recording, for this user alone. */
export async function exportLearner(learner: string, { out = `eloquence-${learner}` }: { out?: string }, service: Pick<TokenServiceClient, 'export' | 'recording'> = tokenServiceHere(), print: (line: string) => void = console.log): Promise<void> {
  const folder = resolve(out);
  const kept = await service.export(learner);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'eloquence.json'), JSON.stringify(kept, null, 2), { mode: 0o600 });
  const recordings = kept.sessions.flatMap((session) => session.recordings);
  for (const { session, term, contentType } of recordings) {
    const sound = Readable.fromWeb((await service.recording(session, term)) as ReadableStream<Uint8Array>);
    await pipeline(sound, createWriteStream(join(folder, `${session}.${String(term)}.${endingOf(contentType)}`), { mode: 0o600 }));
  }
  print(`${String(kept.sessions.length)} sessions and ${String(recordings.length)} recordings: ${folder}`);
}

const endingOf = (contentType: string): string => /^audio\/(?:x-)?(\w+)/.exec(contentType)?.[1] ?? 'audio';
