import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CodedError, type ErrorBody } from '../../../core/errors.ts';
import type { SpeechRequest } from '../../../protocol/speech.ts';
import type { App } from '../../../token-service/services.ts';
import { exercisesFolder } from '../../support/exercises-folder.ts';
import { buildTokenService, type TokenServiceOptions } from '../../support/token-service.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const RATE = 24_000;
const SOUND = Int16Array.from({ length: 480 }, (_, index) => Math.round(8_000 * Math.sin(index / 8)));
const speak = (response: ServerResponse): void => void response.setHeader('x-sample-rate', RATE).end(Buffer.from(SOUND.buffer));

/** Inference as far as it speaks; keeps what it was asked to say. */
async function voice(answer: (response: ServerResponse) => void = speak): Promise<{ url: string; said: SpeechRequest[] }> {
  const said: SpeechRequest[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      said.push(JSON.parse(body) as SpeechRequest);
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, said };
}

async function service(options: TokenServiceOptions): Promise<App> {
  const app = await buildTokenService(options);
  open.push(app);
  return app;
}

it('says who is speaking, by the coach’s own voice and pace', async () => {
  const { url, said } = await voice();
  const app = await service({ inferenceUrl: url });
  const reply = await app.inject('/personas/marie_coach/sample');
  expect([reply.statusCode, reply.headers['content-type'], reply.headers['cache-control']]).toEqual([200, 'audio/wav', 'public, max-age=3600']);
  expect(said).toEqual([{ text: expect.stringMatching(/^Bonjour, je suis Marie\. /) as string, voice: 'ff_siwis', speed: 1, language: 'fr', priority: 'rest', format: 'pcm' }]);
  const wav = reply.rawPayload;
  expect([wav.toString('latin1', 0, 4), wav.readUInt32LE(24), wav.readUInt32LE(40)]).toEqual(['RIFF', RATE, SOUND.byteLength]);
  expect(new Int16Array(Uint8Array.from(wav.subarray(44)).buffer)).toEqual(SOUND);
});

it('is made once for each language, however many ask at a time', async () => {
  const { url, said } = await voice();
  const app = await service({ inferenceUrl: url });
  await Promise.all(['', '', '?language=fr', '?language=en'].map((query) => app.inject(`/personas/marie_coach/sample${query}`)));
  await app.inject('/personas/marie_coach/sample?language=en');
  expect(said.map(({ text: words }) => words.split(',')[0]).sort()).toEqual(['Bonjour', 'Hello']);
});

it('is made again when an author gave the coach another voice', async () => {
  const { url, said } = await voice();
  const exercises = exercisesFolder('conversation_libre_marie');
  const app = await service({ inferenceUrl: url, exercises });
  await app.inject('/personas/marie_coach/sample');
  const file = join(exercises, 'personas/marie_coach.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('ff_siwis', 'another'));
  await app.inject('/personas/marie_coach/sample');
  expect(said.map(({ voice: name }) => name)).toEqual(['ff_siwis', 'another']);
});

it.each([
  ['nobody answers', undefined],
  ['it breaks off', (response: ServerResponse) => { response.writeHead(200, { 'content-length': 960 }).write('xx'); response.destroy(); }],
  ['it has no voice', (response: ServerResponse) => void response.writeHead(503).end(JSON.stringify(new CodedError('SPEECH_UNAVAILABLE', { reason: 'none' }).toBody()))],
  ['it fails', (response: ServerResponse) => void response.writeHead(500).end('at /srv/inference.ts:7')],
])('says that there is no voice now, and nothing of the inside, and asks again next time: %s', async (_how, answer) => {
  const ours = answer === undefined ? undefined : await voice(answer);
  const app = await service(ours === undefined ? {} : { inferenceUrl: ours.url });
  for (const round of [1, 2]) {
    const reply = await app.inject('/personas/marie_coach/sample');
    const { error } = reply.json<ErrorBody>();
    expect([round, reply.statusCode, error.code, error.retryable]).toEqual([round, 503, 'SPEECH_UNAVAILABLE', true]);
    expect(error.message).not.toMatch(/127\.0\.0\.1|ECONN|inference\.ts/);
    expect(reply.headers['cache-control']).toBe('no-store');
  }
  if (ours !== undefined) expect(ours.said).toHaveLength(2);
});

it.each([
  ['nobody_of_ours', 404, 'PERSONA_UNKNOWN'],
  ['marie_coach/sample/../../..', 404, 'NOT_FOUND'],
  ['Marie', 400, 'REQUEST_INVALID'],
  ['%3Cscript%3E', 400, 'REQUEST_INVALID'],
])('there is no coach %s', async (id, status, code) => {
  const reply = await (await service({})).inject(`/personas/${id}/sample`);
  expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([status, code]);
});

it('speaks no other language', async () => {
  const reply = await (await service({})).inject('/personas/marie_coach/sample?language=xx');
  expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([400, 'REQUEST_INVALID']);
});
