import { once } from 'node:events';
import { request } from 'node:http';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { badJson } from './bad-json.ts';

type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'audio'; readonly bytes: Uint8Array }
  | { readonly kind: 'ping' }
  /** Bytes that are no frame, past the client's own library. */
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly code: number }
  | { readonly kind: 'vanish' };

const CONFIG = [
  '{"config":{}}', '{"config":{"sample_rate":8000}}', '{"config":{"sample_rate":8000.5}}', '{"config":{"sample_rate":1e400}}', '{"config":{"sample_rate":-1,"words":1}}', '{"config":{"events":true,"preflight":true}}', '{"config":{"language":"__proto__"}}',
  '{"config":{"language":"zz"}}', '{"config":{"endpoint_ms":0}}', '{"config":{"__proto__":{"events":true}}}', '{"config":null}', '{"config":[]}', '{"config":"constructor"}', '{"config":{"phrase_list":["a"]},"eof":1}', '{"eof":1}', '{"eof":1}', '{"eof" : 1}', '{"eof":"1"}', '{"reset":1}', '', '\ufeff{"eof":1}',
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...CONFIG).map((text) => ({ kind: 'text' as const, text })) },
  { weight: 1, arbitrary: badJson('/stream').map((text) => ({ kind: 'text' as const, text: `{"config":${text}}` })) },
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 700 }).map((bytes) => ({ kind: 'audio' as const, bytes })) },
  { weight: 1, arbitrary: fc.constantFrom(100_000, 200_000, 512 * 1024, 512 * 1024 + 1, 3 * 1024 * 1024).map((length) => ({ kind: 'audio' as const, bytes: new Uint8Array(length) })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'ping' as const }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => ({ kind: 'raw' as const, bytes })) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 1001, 3000, 4999).map((code) => ({ kind: 'close' as const, code })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'vanish' as const }) },
);

/** What a client of /stream does, in order; at last it leaves. */
export const badStream: fc.Arbitrary<readonly Step[]> = fc.array(step, { maxLength: 12 });

/** Does it. @returns what the server said, and the code it closed with; 1006 where the connection broke */
export async function perform(url: string, steps: readonly Step[]): Promise<{ said: string[]; code: number }> {
  const socket = new WebSocket(url);
  const said: string[] = [];
  socket.on('message', (data: Buffer) => said.push(data.toString()));
  socket.on('error', () => undefined); // 'close' follows
  const closed = once(socket, 'close').then(([code]) => code as number);
  await Promise.race([once(socket, 'open'), closed]);
  for (const one of [...steps, { kind: 'close', code: 1000 } as const]) {
    if (socket.readyState !== WebSocket.OPEN) break;
    take(socket, one);
    await new Promise(setImmediate);
  }
  return { said, code: await closed };
}

function take(socket: WebSocket, one: Step): void {
  switch (one.kind) {
    case 'text': socket.send(one.text); break;
    case 'audio': socket.send(one.bytes); break;
    case 'ping': socket.ping(); break;
    case 'raw': (socket as unknown as { _socket: { write: (bytes: Uint8Array) => void } })._socket.write(one.bytes); break;
    case 'close': socket.close(one.code); break;
    case 'vanish': socket.terminate(); break;
  }
}

/** Handshakes that are none: headers, and the path they go to. */
export const badHandshake: fc.Arbitrary<{ path: string; headers: Record<string, string> }> = fc.record({
  path: fc.constantFrom('/stream', '/stream?a=%', '/health', '/nowhere', '/%'),
  headers: fc.record({
    connection: fc.constantFrom('Upgrade', 'keep-alive, upgrade'),
    upgrade: fc.constantFrom('websocket', 'WebSocket', 'h2c', 'websocket, h2c'),
    'sec-websocket-key': fc.constantFrom('', 'short', 'dGhlIHNhbXBsZSBub25jZQ=='),
    'sec-websocket-version': fc.constantFrom('13', '8', '14', '-1', 'x'),
    'sec-websocket-protocol': fc.constantFrom('a', ',', 'a, a', '@'),
    'sec-websocket-extensions': fc.constantFrom('permessage-deflate; server_max_window_bits=99', '=', 'permessage-deflate'),
  }, { requiredKeys: ['connection', 'upgrade'] }),
});

/** @returns the status; 101 where it was taken after all; undefined where the connection was closed without a word */
export async function shake(url: string, { path, headers }: { path: string; headers: Record<string, string> }): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const asked = request(`${url}${path}`, { headers, agent: false });
  asked.once('response', (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  asked.once('upgrade', (response, socket) => {
    socket.destroy();
    resolve(response.statusCode);
  });
  asked.once('error', () => resolve(undefined));
  asked.end();
  const status = await promise;
  asked.destroy();
  return status;
}
