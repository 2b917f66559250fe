import { once } from 'node:events';
import { WebSocket } from 'ws';

/**
 * A client as those that come with github.com/alphacep/vosk-server are: a config that is written as a text, a chunk, its
 * answer, the next chunk, and so on; an end, one last answer, and it leaves without a look at anything else.
 * @param config as it is sent; none, as the samples in C# and Java do
 * @param chunkBytes 8,000 in most of the samples, 0.2 s in the others
 */
export async function askAsVosk(url: string, audio: Buffer, { config, chunkBytes = 8_000 }: { config?: string; chunkBytes?: number }): Promise<unknown[]> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const answers: unknown[] = [];
  const ask = async (message: Buffer | string): Promise<void> => {
    const answer = once(socket, 'message');
    socket.send(message);
    const [data] = (await answer) as [Buffer];
    answers.push(JSON.parse(data.toString()));
  };
  if (config !== undefined) socket.send(config);
  for (let at = 0; at < audio.length; at += chunkBytes) await ask(audio.subarray(at, at + chunkBytes));
  await ask('{"eof" : 1}');
  socket.terminate();
  return answers;
}
