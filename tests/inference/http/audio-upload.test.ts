import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorBody } from '../../../core/errors.ts';
import { wavFile } from '../../../protocol/pcm.ts';
import { startInferenceAround, type TestInference } from '../../support/inference.ts';

// A language that no model has is the caller's mistake: an engine that were asked would fail, and rest for everybody.

let server: TestInference;
/** Languages that the recogniser was asked for. */
let asked: (string | undefined)[];
beforeEach(async () => {
  asked = [];
  server = await startInferenceAround({ recogniser: { transcribe: (_audio, { language } = {}) => {
    asked.push(language);
    return Promise.resolve({ text: '', language: language ?? 'fr', confidence: 0, segments: [], words: [], engine: 'stand-in', model: 'none', device: 'cpu', audioSeconds: 1, processingMs: 0, rtf: 0 });
  } } });
});
afterEach(() => server[Symbol.asyncDispose]());

const speech = new Blob([new Uint8Array(wavFile({ pcm: new Int16Array(160), sampleRate: 16_000 }))]);

function post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', speech, 'speech.wav');
  return fetch(`${server.url}${path}`, { method: 'POST', body: form });
}

describe.each([
  ['/transcribe, in the query', (language: string) => post(`/transcribe?language=${language}`)],
  ['/transcribe, in the form', (language: string) => post('/transcribe', { language })],
  ['/v1/audio/transcriptions', (language: string) => post('/v1/audio/transcriptions', { language })],
])('the language for %s', (_route, transcribe) => {
  test.each(['zz', 'french', 'FR', 'constructor'])('%s is refused by name, and no engine is asked', async (language) => {
    const reply = await transcribe(language);
    const { error } = (await reply.json()) as ErrorBody;
    expect([reply.status, error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(error.message).toContain('language');
    expect(asked).toEqual([]);
  });

  test.each(['fr', 'haw'])('%s is passed on', async (language) => {
    expect((await transcribe(language)).status).toBe(200);
    expect(asked).toEqual([language]);
  });
});

test('an empty field is none', async () => {
  expect((await post('/transcribe', { language: '' })).status).toBe(200);
  expect(asked).toEqual([undefined]);
});
