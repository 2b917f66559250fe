import { afterEach, beforeEach, expect, test } from 'vitest';
import { startInferenceAround, type TestInference } from '../../support/inference.ts';

let server: TestInference;
beforeEach(async () => {
  server = await startInferenceAround({});
});
afterEach(() => server[Symbol.asyncDispose]());

const say = async (body: object): Promise<unknown> => (await fetch(`${server.url}/api/tts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();

test('a text that is too long is told so, with the limit', async () => {
  expect(await say({ text: 'a'.repeat(1_001) })).toMatchObject({ error: { code: 'SPEECH_TOO_LONG', message: 'The text is longer than 1000 characters.' } });
});

test('another field that does not fit is named', async () => {
  expect(await say({ text: 'a', voice: 'v'.repeat(65) })).toMatchObject({ error: { code: 'REQUEST_INVALID', message: expect.stringContaining('voice') as string } });
});
