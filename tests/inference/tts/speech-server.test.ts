import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { SpeechServer } from '../../../inference/tts/speech-server.ts';
import { residueDb, sine, toPcm } from '../../support/tones.ts';
import { utter } from '../../support/speech-engines.ts';

/** A server in the place of a hosted one. */
async function serving(answer: RequestListener): Promise<SpeechServer> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return new SpeechServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

it('passes the request on, and brings what it hears to the rate of speech', async () => {
  const tone = toPcm(sine(440, 48_000, 1));
  let asked = '';
  const engine = await serving((request, response) => {
    request.on('data', (chunk: Buffer) => (asked += chunk.toString()));
    request.on('end', () => response.writeHead(200, { 'x-sample-rate': '48000' }).end(Buffer.from(tone.buffer)));
  });
  const { pcm } = await utter(engine, 'Bonjour.', { speed: 1.2 });
  expect(JSON.parse(asked)).toEqual({ text: 'Bonjour.', voice: 'ff_siwis', language: 'fr', speed: 1.2, format: 'pcm' });
  expect(pcm).toHaveLength(24_000);
  expect(residueDb(Float32Array.from(pcm.subarray(2_400, 21_600)), 440, 24_000)).toBeLessThan(-60);
});

it.each<[string, RequestListener]>([
  ['refuses', (_, response) => void response.writeHead(503).end('{}')],
  ['breaks off', (_, response) => void response.writeHead(200, { 'x-sample-rate': '24000' }).write(Buffer.alloc(9_600, 5), () => response.destroy())],
  ['hangs up', (request) => void request.socket.destroy()],
])('is not available when the server %s', async (_, answer) => {
  await expect(utter(await serving(answer), 'Bonjour.')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { engine: 'speech-server' } });
});

it('is not available when nobody is there', async () => {
  await expect(utter(new SpeechServer('http://127.0.0.1:1'), 'Bonjour.')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

it('lets go when its listener does', async () => {
  const engine = await serving(() => undefined);
  await expect(Array.fromAsync(engine.synthesize({ text: 'Bonjour.', voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 }, AbortSignal.abort()))).rejects.toMatchObject({ name: 'AbortError' });
});
