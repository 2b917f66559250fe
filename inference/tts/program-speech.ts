import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CodedError } from '../../core/errors.ts';
import { ENVIRONMENT } from '../../core/environment.ts';
import { receivedAudio } from './received-audio.ts';

export interface SpeakingProgram {
  /** The engine's name in errors. */
  readonly engine: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Of raw PCM on its output; a WAV says its own. */
  readonly sampleRate: number;
  readonly gain: number;
  /** Whether it may start others, which shall end with it. The process group that this takes delays the first sound: 1 ms, 8 on a busy machine. */
  readonly family: boolean;
}

/**
 * What a program says that gets `text` as one line on its input and writes raw 16-bit mono PCM or a WAV. It ends with the
 * listener's interest, and runs without a shell and without our keys. What it complains of on stderr may quote the text
 * and is not kept.
 * @throws CodedError ENGINE_UNAVAILABLE when it cannot be started, ENGINE_FAILED when it fails
 */
export async function* programSpeech(text: string, { engine, program, args, sampleRate, gain, family }: SpeakingProgram, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
  signal?.throwIfAborted();
  const fail = (code: 'ENGINE_UNAVAILABLE' | 'ENGINE_FAILED', reason: string): CodedError => new CodedError(code, { engine, reason });
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: family, env: withoutSecrets(process.env) });
  let ended = false;
  const closed = once(child, 'close').then(([code, by]) => (code ?? by) as number | string).finally(() => (ended = true));
  closed.catch(() => undefined); // awaited below, unless the listener has left before
  const end = (): void => {
    if (ended || child.pid === undefined) return;
    try {
      process.kill(family ? -child.pid : child.pid, 'SIGKILL');
    } catch {
      // it has ended just now
    }
  };
  signal?.addEventListener('abort', end, { once: true });
  child.stdin.on('error', () => undefined); // it ended early: its exit code says so
  child.stdin.end(`${text.replace(/\s+/gu, ' ')}\n`);
  try {
    yield* receivedAudio(child.stdout, { sampleRate, gain });
    const code = await closed;
    if (code !== 0) throw fail('ENGINE_FAILED', `it ended with ${String(code)}`);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CodedError) throw error;
    // How it ended explains more than that no sound came of it.
    if (child.pid === undefined) throw fail('ENGINE_UNAVAILABLE', await closed.then(String, (reason: unknown) => `it cannot be started (${(reason as NodeJS.ErrnoException).code ?? 'unknown'})`));
    end();
    const code = await closed;
    throw fail('ENGINE_FAILED', code === 0 || code === 'SIGKILL' ? (error instanceof Error ? error.message : String(error)) : `it ended with ${String(code)}`);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

const SECRETS = new Set(ENVIRONMENT.filter(({ secret }) => secret === true).map(({ name }) => name));

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.has(name)));
}
