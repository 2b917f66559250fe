import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from '../../core/log.ts';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { isCodedError } from '../../core/errors.ts';
import { wavHeader } from '../../protocol/pcm.ts';
import { boxName, type Box } from '../outbox/box-file.ts';
import { RECORDING_RATE, sideFile } from './recording.ts';

const BYTES_A_MS = (RECORDING_RATE * 2) / 1_000;

/** Makes stereo files of what was recorded (learner left, coach right) and hands them to the token service. */
export class RecordingDelivery {
  readonly #folder: string;
  readonly #tokenService: Pick<TokenServiceClient, 'putRecording'>;
  readonly #log: Logger;

  constructor({ folder, tokenService, log }: { folder: string; tokenService: Pick<TokenServiceClient, 'putRecording'>; log: Logger }) {
    this.#folder = folder;
    this.#tokenService = tokenService;
    this.#log = log;
  }

  /**
   * Of the term of `box`; nothing where nothing was recorded. What was delivered is removed here.
   * @throws what the disk or the token service threw; then the sound stays.
   */
  async deliver(box: Box): Promise<void> {
    const [file] = await this.#files(box);
    const startedAt = Number(file?.split('.').at(-3));
    if (!Number.isSafeInteger(startedAt)) return;
    const base = join(this.#folder, boxName(box));
    const sides = [sideFile(base, startedAt, 'learner'), sideFile(base, startedAt, 'coach')] as const;
    const durationMs = Math.round((await evenUp(sides)) / BYTES_A_MS);
    const stereo = await toStereo(sides, base);
    try {
      const body = Readable.toWeb(createReadStream(stereo.file)) as ReadableStream<Uint8Array>;
      await this.#tokenService.putRecording(box.session, box.term, { startedAt, durationMs, contentType: stereo.contentType, body });
      this.#log.info({ session: box.session, seconds: Math.round(durationMs / 1_000) }, 'a recording is delivered');
    } catch (error) {
      // The learner took the consent back, or erased the session: then nothing of it may stay here.
      if (!isCodedError(error, 'RECORDING_REFUSED')) throw error;
    }
    await this.remove(box);
  }

  /** Removes what was recorded. */
  async remove(box: Box): Promise<void> {
    for (const name of await this.#files(box)) await rm(join(this.#folder, name), { force: true });
  }

  async #files(box: Box): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => name.startsWith(`${boxName(box)}.`) && !name.endsWith('.jsonl'));
  }
}

/** Makes the sides equally long, in bytes: whoever was silent at the end has no sound there, or where the disk was full no file. */
async function evenUp(files: readonly string[]): Promise<number> {
  for (const file of files) await (await open(file, 'a', 0o600)).close();
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const longest = Math.max(...sizes);
  await Promise.all(files.map((file) => truncate(file, longest)));
  return longest;
}

/** FLAC where there is ffmpeg: every browser plays it, exactly as long as it was, at half the size of WAV. */
async function toStereo([left, right]: readonly [string, string], base: string): Promise<{ file: string; contentType: string }> {
  const raw = (file: string): string[] => ['-f', 's16le', '-ar', String(RECORDING_RATE), '-ac', '1', '-i', file];
  const file = `${base}.flac`;
  const program = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...raw(left), ...raw(right), '-filter_complex', 'join=inputs=2:channel_layout=stereo', file], { stdio: 'ignore' });
  const [code] = await once(program, 'exit').catch(() => [1]) as [number | null];
  if (code === 0) return { file, contentType: 'audio/flac' };
  const wav = `${base}.wav`;
  await writeWav(left, right, wav);
  return { file: wav, contentType: 'audio/wav' };
}

async function writeWav(left: string, right: string, to: string): Promise<void> {
  const { size } = await stat(left);
  await pipeline(interleaved(left, right, size), createWriteStream(to, { mode: 0o600 }));
}

async function* interleaved(left: string, right: string, size: number): AsyncGenerator<Buffer, void> {
  yield wavHeader(RECORDING_RATE, size * 2, 2);
  const others = createReadStream(right)[Symbol.asyncIterator]();
  for await (const chunk of createReadStream(left) as AsyncIterable<Buffer>) {
    const other = ((await others.next()) as IteratorResult<Buffer, undefined>).value ?? Buffer.alloc(chunk.length);
    const both = Buffer.alloc(chunk.length * 2);
    for (let at = 0; at + 1 < chunk.length; at += 2) {
      both.writeInt16LE(chunk.readInt16LE(at), at * 2);
      both.writeInt16LE(other.readInt16LE(at), at * 2 + 2);
    }
    yield both;
  }
}
