import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LiveKitServer } from './livekit-server.ts';

/** A running worker whose coaches do nothing but be there. */
export interface MinimalCoaches {
  /** Ends the worker and its coaches as a crash would. */
  kill(): Promise<void>;
}

/** Starts a worker and waits until the media server knows it. */
export async function startMinimalCoaches({ url, apiKey, apiSecret }: LiveKitServer, agentName = 'eloquence-coach'): Promise<MinimalCoaches> {
  // A group of its own: its coaches are processes too.
  const child = spawn(process.execPath, [fileURLToPath(new URL('./minimal-worker.ts', import.meta.url)), url, apiKey, apiSecret, agentName], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const endGroup = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', endGroup);
  const exited = new Promise<void>((resolve) => child.once('exit', () => {
    process.removeListener('exit', endGroup);
    resolve();
  }));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      if (output.includes('registered')) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
    void exited.then(() => reject(new Error(`the worker ended:\n${output.slice(-2_000)}`)));
  });
  return {
    async kill() {
      endGroup();
      await exited;
    },
  };
}
