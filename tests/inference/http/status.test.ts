import { afterEach, describe, expect, it } from 'vitest';
import Value from 'typebox/value';
import { WebSocket } from 'ws';
import { CodedError } from '../../../core/errors.ts';
import { InferenceStatus, type SpeechLevelState } from '../../../protocol/inference-status.ts';
import { accessibilityFaults } from '../../support/accessibility.ts';
import { openBrowser, withoutChromium } from '../../support/browser.ts';
import { startInferenceAround, TEST_SERVICE_TOKEN, type TestInference } from '../../support/inference.ts';

const state = (level: string): SpeechLevelState => ({ level, enabled: true, status: 'ok', breaker: 'closed', targetMs: 150, measuredMs: 98, backlogMs: 0 });

let server: TestInference;
afterEach(() => server[Symbol.asyncDispose]());

const status = async (): Promise<InferenceStatus> => Value.Parse(InferenceStatus, await (await fetch(`${server.url}/status`)).json());
const speak = (text = 'Bonjour.'): Promise<Response> => fetch(`${server.url}/api/tts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) });
const put = (level: string, body: unknown, bearer: string | undefined): Promise<Response> =>
  fetch(`${server.url}/levels/${level}`, { method: 'PUT', headers: { 'content-type': 'application/json', ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) }, body: JSON.stringify(body) });

describe('GET /status', () => {
  it('tells levels, queues, cache and the last errors that were ours, without a word of what was said', async () => {
    server = await startInferenceAround({ synthesiser: { levels: () => [state('kokoro')], synthesize: () => Promise.reject(new CodedError('SPEECH_UNAVAILABLE', { reason: 'none' })) } });
    await speak('Un secret de famille.');
    await speak('');
    const told = await status();
    expect(told).toMatchObject({ levels: [{ level: 'kokoro', measuredMs: 98 }], computing: { slots: 1, free: 1, waiting: 0 } });
    expect(told.errors).toEqual([{ at: expect.any(Number) as number, route: '/api/tts', code: 'SPEECH_UNAVAILABLE' }]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it.skipIf(withoutChromium())('is a page, too, that anybody can read, and that says when the server is gone', async () => {
    server = await startInferenceAround({ synthesiser: { levels: () => [state('kokoro'), { ...state('pico'), breaker: 'open', status: 'down', detail: 'rests', lastError: { at: 1_700_000_000_000, code: 'ENGINE_FAILED' } }] } });
    const browser = await openBrowser();
    const { page, complaints } = browser;
    try {
      await page.goto(server.url);
      await page.getByRole('row', { name: /pico down: rests open/ }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await server[Symbol.asyncDispose]();
      await page.getByText('The server does not answer.').waitFor();
    } finally {
      await browser.close();
    }
  });
});

describe('PUT /levels/:level', () => {
  it('is closed to whoever does not show the service token', async () => {
    const switched: unknown[] = [];
    server = await startInferenceAround({ synthesiser: { enable: (...args) => switched.push(args) } });
    for (const bearer of [undefined, '', 'wrong', TEST_SERVICE_TOKEN.slice(1)]) expect((await put('kokoro', { enabled: false }, bearer)).status).toBe(401);
    expect(switched).toEqual([]);
  });

  it('switches a level off and on; an unknown one is an error', async () => {
    const enabled = new Map([['kokoro', true]]);
    server = await startInferenceAround({
      synthesiser: {
        enable: (level, on) => {
          if (!enabled.has(level)) throw new CodedError('SPEECH_LEVEL_UNKNOWN', { level, known: 'kokoro' });
          enabled.set(level, on);
        },
        levels: () => [{ ...state('kokoro'), enabled: enabled.get('kokoro') ?? false }],
      },
    });
    const off = await put('kokoro', { enabled: false }, TEST_SERVICE_TOKEN);
    expect([off.status, await off.json()]).toMatchObject([200, { level: 'kokoro', enabled: false }]);
    expect((await put('festival', { enabled: false }, TEST_SERVICE_TOKEN)).status).toBe(400);
    expect((await put('kokoro', { enabled: 'perhaps' }, TEST_SERVICE_TOKEN)).status).toBe(400);
  });
});

describe('a stage that is full', () => {
  const limits = { speech: 2, transcriptions: 1, language: 1, streams: 1 };

  it('refuses at once, says when to come again, and takes the next as soon as one has left', async () => {
    const hold = Promise.withResolvers<never>();
    server = await startInferenceAround({ limits, synthesiser: { synthesize: () => hold.promise } });
    const waiting = [speak(), speak()];
    await expect.poll(async () => (await status()).queues.find(({ stage }) => stage === 'speech')?.count).toBe(2);
    const refused = await speak();
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([503, '1', { error: { code: 'OVERLOADED', retryable: true } }]);
    hold.reject(new CodedError('SPEECH_UNAVAILABLE', { reason: 'none' }));
    expect((await Promise.all(waiting)).map((reply) => reply.status)).toEqual([503, 503]);
    expect(await (await speak()).json()).toMatchObject({ error: { code: 'SPEECH_UNAVAILABLE' } });
    expect((await status()).queues.find(({ stage }) => stage === 'speech')).toMatchObject({ count: 0, limit: 2 });
  });

  it('closes a further stream with the reason', async () => {
    server = await startInferenceAround({ limits });
    const url = `${server.url.replace('http', 'ws')}/stream`;
    const first = new WebSocket(url);
    await new Promise((resolve) => first.once('open', resolve));
    const second = new WebSocket(url);
    const said: string[] = [];
    second.on('message', (data: Buffer) => said.push(data.toString()));
    const code = await new Promise((resolve) => second.once('close', resolve));
    expect([code, said.map((text) => JSON.parse(text) as unknown)]).toMatchObject([1013, [{ error: { code: 'OVERLOADED' } }]]);
    first.close();
    await expect.poll(async () => (await status()).queues.find(({ stage }) => stage === 'streams')?.count).toBe(0);
  });
});
