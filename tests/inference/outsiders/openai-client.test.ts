import OpenAI, { toFile } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CodedError } from '../../../core/errors.ts';
import type { Transcription } from '../../../protocol/transcript.ts';
import { wavFile } from '../../../protocol/pcm.ts';
import { FakeLlm } from '../../support/fake-llm.ts';
import { startInferenceAround, type TestInference } from '../../support/inference.ts';

// OpenAI's own client as programs use it that know nothing of us: its helpers, its types, its retries.

let llm: FakeLlm;
let server: TestInference;
beforeEach(async () => {
  llm = await FakeLlm.start();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await llm[Symbol.asyncDispose]();
});

type StandIns = Parameters<typeof startInferenceAround>[0];

async function start(standIns: StandIns = {}): Promise<OpenAI> {
  server = await startInferenceAround({ llm, ...standIns });
  return new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
}

const HEARD: Transcription = {
  text: 'Bonjour à tous.', language: 'fr', confidence: 0.5, segments: [{ start: 0, end: 1.5, text: 'Bonjour à tous.' }], words: [{ word: 'Bonjour', start: 0.1, end: 0.5, conf: 0.9 }],
  engine: 'whisper', model: 'base', device: 'cpu', audioSeconds: 1.5, processingMs: 1, rtf: 0.1,
};
const MESSAGES = [{ role: 'user' as const, content: 'Bonjour' }];

test('talks, in one piece and in many, also with fields that the provider refuses', async () => {
  const client = await start();
  const request = { model: 'mistral-nemo-instruct-2407', messages: MESSAGES, store: true, max_completion_tokens: 30 };
  const reply = await client.chat.completions.create(request);
  expect(reply.choices[0]).toMatchObject({ message: { role: 'assistant', content: 'Très bien, continuez.' }, finish_reason: 'stop' });
  const deltas: string[] = [];
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) deltas.push(chunk.choices[0]?.delta.content ?? '');
  expect(deltas.join('')).toBe('Très bien, continuez.');
  expect(deltas.length).toBeGreaterThan(3);
  expect(llm.requests.map(({ body }) => body['max_tokens'])).toEqual([30, 30]);
});

describe('its helpers', () => {
  test('a stream that is gathered', async () => {
    const client = await start();
    const stream = client.chat.completions.stream({ model: 'gpt-4o-mini', messages: MESSAGES });
    expect(await stream.finalContent()).toBe('Très bien, continuez.');
    expect(await stream.finalChatCompletion()).toMatchObject({ object: 'chat.completion', choices: [{ finish_reason: 'stop', message: { role: 'assistant' } }] });
  });

  test('a stream that is left in the middle is left at the provider, too', async () => {
    const client = await start();
    llm.always({ kind: 'stall', after: 2 });
    const stream = await client.chat.completions.create({ model: 'm', messages: MESSAGES, stream: true });
    for await (const { choices } of stream) if (choices[0]?.delta.content === 'Voici') break;
    expect(await llm.requests[0]?.closedEarly).toBe(true);
  });

  test('tools that it runs by itself', async () => {
    const client = await start();
    llm.next({ kind: 'tool', name: 'note', args: { topic: 'rythme' } }, { kind: 'reply', text: 'C’est noté.' });
    const noted: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model: 'm',
      messages: MESSAGES,
      tools: [{ type: 'function', function: { name: 'note', description: 'Notes a topic', parameters: { type: 'object', properties: { topic: { type: 'string' } } }, parse: JSON.parse, function: (given: unknown) => {
        noted.push(given);
        return 'fait';
      } } }],
    });
    expect(await runner.finalContent()).toBe('C’est noté.');
    expect(noted).toEqual([{ topic: 'rythme' }]);
  });

  test('a reply that is read into a type', async () => {
    const client = await start();
    llm.always({ kind: 'reply', text: '{"score": 7, "advice": "Respirez."}' });
    const Report = z.object({ score: z.number(), advice: z.string() });
    const { choices } = await client.chat.completions.parse({ model: 'm', messages: MESSAGES, response_format: zodResponseFormat(Report, 'report') });
    expect(choices[0]?.message.parsed).toEqual({ score: 7, advice: 'Respirez.' });
  });

  test('a list of models that is gone through', async () => {
    const client = await start();
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(['whisper-1', 'tts-1', 'stand-in']));
  });
});

describe('speech', () => {
  test('is read as it comes, with the fields of newer models', async () => {
    const client = await start();
    const reply = await client.audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'marin', input: 'Bonjour', instructions: 'Gently', response_format: 'pcm', stream_format: 'audio' });
    let bytes = 0;
    for await (const piece of reply.body ?? []) bytes += (piece as Uint8Array).length;
    expect(bytes).toBe(4_800);
  });

  test('as events, which there are none of, is refused', async () => {
    const client = await start();
    await expect(client.audio.speech.create({ model: 'm', voice: 'nova', input: 'a', stream_format: 'sse' })).rejects.toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });
});

describe('transcriptions', () => {
  const file = () => toFile(wavFile({ pcm: new Int16Array(1_600), sampleRate: 16_000 }), 'speech.wav');
  const hearing: StandIns = { recogniser: { transcribe: () => Promise.resolve(HEARD) } };

  test('verbose: segments with every field of the type, words only where they are asked for', async () => {
    const client = await start(hearing);
    const request = { file: await file(), model: 'whisper-1', response_format: 'verbose_json' } as const;
    const segments = [{ id: 0, seek: 0, start: 0, end: 1.5, text: 'Bonjour à tous.', tokens: [], temperature: 0, avg_logprob: Math.log(0.5), compression_ratio: 1, no_speech_prob: 0 }];
    const whole = { task: 'transcribe', language: 'french', duration: 1.5, text: 'Bonjour à tous.' };
    expect(await client.audio.transcriptions.create(request)).toEqual({ ...whole, segments });
    expect(await client.audio.transcriptions.create({ ...request, timestamp_granularities: ['word'] })).toEqual({ ...whole, words: [{ word: 'Bonjour', start: 0.1, end: 0.5 }] });
    expect(await client.audio.transcriptions.create({ ...request, timestamp_granularities: ['word', 'segment'] })).toEqual({ ...whole, segments, words: [{ word: 'Bonjour', start: 0.1, end: 0.5 }] });
  });

  test('as text and as subtitles', async () => {
    const client = await start(hearing);
    const said = async (response_format: 'text' | 'srt' | 'vtt'): Promise<unknown> => client.audio.transcriptions.create({ file: await file(), model: 'whisper-1', response_format });
    expect(await said('text')).toBe('Bonjour à tous.\n');
    expect(await said('srt')).toBe('1\n00:00:00,000 --> 00:00:01,500\nBonjour à tous.\n\n');
    expect(await said('vtt')).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nBonjour à tous.\n\n');
  });

  test('with a prompt, a temperature and the rest that Whisper here does without', async () => {
    const client = await start(hearing);
    expect(await client.audio.transcriptions.create({ file: await file(), model: 'gpt-4o-transcribe', prompt: 'Un entretien', temperature: 0.2, language: 'fr', include: ['logprobs'], chunking_strategy: 'auto' })).toEqual({ text: 'Bonjour à tous.' });
  });
});

describe('errors are of its own classes', () => {
  test('a request that is wrong, a thing that is not there, a file that is no sound', async () => {
    const client = await start();
    await expect(client.chat.completions.create({ model: 'm', messages: [] })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(client.chat.completions.create({ model: 'm', messages: MESSAGES, tools: 5 as never })).rejects.toMatchObject({ status: 400, code: 'REQUEST_INVALID', message: expect.stringContaining('tools') as string });
    await expect(client.models.retrieve('gpt-9')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(client.embeddings.create({ model: 'm', input: 'a' })).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND', type: 'invalid_request_error' });
    await expect(client.audio.transcriptions.create({ model: 'whisper-1', file: await toFile(Buffer.from('RIFF'), 'a.wav') })).rejects.toMatchObject({ status: 400, code: 'AUDIO_UNREADABLE' });
    expect(llm.requests).toEqual([]);
  });

  test('a failure of the provider, without a word of what was asked; also in the middle of a stream', async () => {
    const client = await start();
    llm.next({ kind: 'status', status: 500 });
    await expect(client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Zébulon' }] })).rejects.toMatchObject({ status: 502, code: 'LLM_FAILED', message: expect.not.stringContaining('Zébulon') as string });
    llm.next({ kind: 'cut', after: 2 });
    await expect(Array.fromAsync(await client.chat.completions.create({ model: 'm', messages: MESSAGES, stream: true }))).rejects.toMatchObject({ code: 'LLM_FAILED' });
  });

  test('a failure of ours', async () => {
    const client = await start({ synthesiser: { synthesize: () => Promise.reject(new CodedError('SPEECH_UNAVAILABLE', { reason: 'none' })) } });
    await expect(client.audio.speech.create({ model: 'm', voice: 'nova', input: 'a' })).rejects.toBeInstanceOf(OpenAI.InternalServerError);
  });
});

describe('its retries', () => {
  /** A client that tries three times, without the pauses that it is told of; and what it was answered. */
  function retrying(answered: () => void = () => undefined): { client: OpenAI; answers: (string | null)[][] } {
    const answers: (string | null)[][] = [];
    const client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 2, fetch: async (url, init) => {
      const reply = await fetch(url, init);
      if (!(url instanceof Request ? url.url : url.toString()).startsWith(server.url)) return reply; // a look at whether fetch takes forms
      answers.push([String(reply.status), ...['x-should-retry', 'retry-after'].map((name) => reply.headers.get(name))]);
      answered();
      return new Response(reply.body, { status: reply.status, headers: { ...Object.fromEntries(reply.headers), 'retry-after-ms': '1' } });
    } });
    return { client, answers };
  }

  test('who comes when all places are taken is told when to come again, and then is served', async () => {
    const { promise: free, resolve: leave } = Promise.withResolvers<Transcription>();
    let asked = 0;
    const first = await start({
      limits: { speech: 64, transcriptions: 1, language: 64, streams: 1 },
      recogniser: { transcribe: () => (asked++ === 0 ? free : Promise.resolve(HEARD)) },
    });
    const file = await toFile(wavFile({ pcm: new Int16Array(160), sampleRate: 16_000 }), 'a.wav');
    const held = first.audio.transcriptions.create({ file, model: 'whisper-1' }).catch(() => undefined);
    await expect.poll(() => asked, { interval: 5 }).toBe(1);
    const { client, answers } = retrying(() => leave(HEARD));
    expect(await client.audio.transcriptions.create({ file, model: 'whisper-1' })).toEqual({ text: HEARD.text });
    expect(answers[0]).toEqual(['503', 'true', '5']);
    expect(answers.at(-1)?.[0]).toBe('200');
    await held;
  });

  test('a failure that may pass is tried again', async () => {
    await start();
    llm.next({ kind: 'status', status: 500 });
    const { client, answers } = retrying();
    expect((await client.chat.completions.create({ model: 'm', messages: MESSAGES })).choices[0]?.message.content).toBe('Très bien, continuez.');
    expect(answers).toEqual([['502', 'true', null], ['200', null, null]]);
  });

  test.each([
    ['a key that the provider refuses', 401, 'LLM_REFUSED'],
    ['a request that the provider refuses', 422, 'LLM_REFUSED'],
  ])('%s is not', async (_what, status, code) => {
    await start();
    llm.always({ kind: 'status', status });
    const { client, answers } = retrying();
    await expect(client.chat.completions.create({ model: 'm', messages: MESSAGES })).rejects.toMatchObject({ code });
    expect(answers).toEqual([['502', 'false', null]]);
  });

  test('nor is a language model that there is not, though its status is 503', async () => {
    server = await startInferenceAround({});
    const { client, answers } = retrying();
    await expect(client.chat.completions.create({ model: 'm', messages: MESSAGES })).rejects.toMatchObject({ status: 503, code: 'LLM_NOT_CONFIGURED' });
    expect(answers).toEqual([['503', 'false', null]]);
  });
});
