import { afterEach, beforeEach, expect, test } from 'vitest';
import { wavFile } from '../../../../protocol/pcm.ts';
import { startInferenceAround, type TestInference } from '../../../support/inference.ts';

let server: TestInference;
beforeEach(async () => {
  server = await startInferenceAround({});
});
afterEach(() => server[Symbol.asyncDispose]());

function transcribe(format: string): Promise<Response> {
  const form = new FormData();
  form.append('response_format', format);
  form.append('file', new Blob([new Uint8Array(wavFile({ pcm: new Int16Array(160), sampleRate: 16_000 }))]), 'speech.wav');
  return fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body: form, signal: AbortSignal.timeout(5_000) });
}

// The last two are found on every object.
test.each(['docx', 'constructor', 'toString'])('the format %s is refused', async (format) => {
  const reply = await transcribe(format);
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { code: 'REQUEST_INVALID', message: expect.stringContaining('response_format') as string } });
});

test('the format json is answered', async () => {
  expect(await (await transcribe('json')).json()).toEqual({ text: '' });
});
