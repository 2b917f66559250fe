import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { CodedError } from '../../core/errors.ts';

/** Files and network are out of its reach: what comes in by the pipe may be a playlist. `cache` lets it seek in the pipe. */
const SAFE = ['-hide_banner', '-nostdin', '-loglevel', 'quiet', '-protocol_whitelist', 'pipe,cache'];

/**
 * ffmpeg between two pipes. It ends when its output is closed, or killed by `signal`.
 * @param format for the error where ffmpeg is missing
 * @throws CodedError FFMPEG_MISSING
 */
export async function startFfmpeg(args: readonly string[], format: string, signal?: AbortSignal): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const child = spawn('ffmpeg', [...SAFE, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined); // it ended before it had read all: its exit code tells
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new CodedError('FFMPEG_MISSING', { format }, { cause });
  }
  const kill = (): void => void child.kill('SIGKILL');
  child.stdout.once('close', kill);
  signal?.addEventListener('abort', kill, { once: true });
  child.once('exit', () => signal?.removeEventListener('abort', kill));
  if (signal?.aborted) kill();
  return child;
}
