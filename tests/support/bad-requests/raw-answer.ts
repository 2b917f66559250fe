import { connect, type Socket } from 'node:net';

/** What is written to a connection, and how it ends. */
export interface RawRequest {
  /** Written one after the other, each in a turn of its own. */
  readonly pieces: readonly Buffer[];
  /**
   * whole: it waits for the answer; unfinished: it says that no more comes and waits; gone: it leaves without a word.
   * Only to the first an answer is owed.
   */
  readonly ending: 'whole' | 'unfinished' | 'gone';
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Who is not answered in this time is not answered at all, ms. */
const PATIENCE = 30_000;

/** Bytes to a server, and what it answers, without a client that would mend or refuse them; undefined where it says nothing. */
export async function exchange(port: number, { pieces, ending }: RawRequest, headOnly: boolean): Promise<RawAnswer | undefined> {
  const socket = connect({ port, host: '127.0.0.1' });
  const received: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<RawAnswer | undefined>();
  socket.on('data', (data) => {
    received.push(data);
    const answer = readAnswer(Buffer.concat(received), headOnly);
    if (answer !== undefined) resolve(answer);
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.on('close', () => resolve(undefined));
  socket.setTimeout(PATIENCE, () => socket.destroy());
  await write(socket, pieces);
  if (ending === 'unfinished') socket.end();
  if (ending === 'gone') socket.destroy();
  const answer = await promise;
  socket.destroy();
  return answer;
}

async function write(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece);
    await new Promise(setImmediate);
  }
}

/** Undefined as long as it is not complete. @param headOnly the answer to HEAD, which has no body whatever it says of one */
function readAnswer(bytes: Buffer, headOnly: boolean): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const rest = bytes.subarray(end + 4);
  const status = Number(first.split(' ')[1]);
  if (status === 100) return readAnswer(rest, headOnly);
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const answer = (body: Buffer | undefined): RawAnswer | undefined => body && { status, headers, body };
  if (headOnly || status === 204 || status === 304) return answer(Buffer.alloc(0));
  if (headers.get('transfer-encoding') === 'chunked') return answer(joinChunks(rest));
  const length = Number(headers.get('content-length') ?? 0);
  return rest.length < length ? undefined : answer(rest.subarray(0, length));
}

function joinChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (length === 0) return Buffer.concat(chunks);
    if (bytes.length < line + 2 + length + 2) return undefined;
    chunks.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}
