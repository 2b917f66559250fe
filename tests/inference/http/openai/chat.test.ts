import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeProviders, ONLY_MISTRAL, ONLY_SCALEWAY } from '../../../support/chat.ts';
import type { FakeLlm } from '../../../support/fake-llm.ts';
import { startInferenceAround, type TestInference } from '../../../support/inference.ts';

// What the stock client of OpenAI sees, whichever provider answers.

let fakes: FakeProviders;
let server: TestInference | undefined;
beforeEach(async () => {
  fakes = await FakeProviders.start();
});
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  await fakes[Symbol.asyncDispose]();
});

async function start(env: NodeJS.ProcessEnv): Promise<OpenAI> {
  server = await startInferenceAround({ chat: await fakes.chat({ env }) });
  return new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
}

const PROVIDERS = [['mistral', ONLY_MISTRAL], ['scaleway', ONLY_SCALEWAY], ['openai-compatible', { OPENAI_API_KEY: 'k' }]] as const;
const fakeOf = (provider: string): FakeLlm => (provider === 'mistral' ? fakes.mistral : fakes.scaleway);
const MESSAGES = [{ role: 'user' as const, content: 'Note le rythme.' }];
const TOOLS: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'note', parameters: { type: 'object', properties: { topic: { type: 'string' } } } } }];
const CALL = { id: 'call_0001', type: 'function', function: { name: 'note', arguments: '{"topic":"rythme"}' } };

describe.each(PROVIDERS)('tools by %s', (provider, env) => {
  test('are called in a reply of one piece, answered, and the talk goes on', async () => {
    const client = await start(env);
    const fake = fakeOf(provider);
    fake.next({ kind: 'tool', name: 'note', args: { topic: 'rythme' } }, { kind: 'reply', text: 'C’est noté.' });
    const first = await client.chat.completions.create({ model: '', messages: MESSAGES, tools: TOOLS, tool_choice: 'auto' });
    expect(first.choices[0]).toMatchObject({ message: { role: 'assistant', content: null, tool_calls: [CALL] }, finish_reason: 'tool_calls' });
    const message = first.choices[0]?.message;
    if (message === undefined) throw new Error('no message');
    const second = await client.chat.completions.create({ model: '', messages: [...MESSAGES, message, { role: 'tool', tool_call_id: CALL.id, content: 'fait' }], tools: TOOLS });
    expect(second.choices[0]?.message.content).toBe('C’est noté.');
    expect(fake.requests[0]?.body).toMatchObject({ tools: [{ type: 'function', function: { name: 'note' } }], tool_choice: 'auto' });
    expect(fake.requests[1]?.body['messages']).toMatchObject([{ role: 'user' }, { role: 'assistant', tool_calls: [CALL] }, { role: 'tool', tool_call_id: CALL.id, content: 'fait' }]);
  });

  test('are called in a stream', async () => {
    const client = await start(env);
    fakeOf(provider).always({ kind: 'tool', name: 'note', args: { topic: 'rythme' } });
    const chunks = await Array.fromAsync(await client.chat.completions.create({ model: '', messages: MESSAGES, tools: TOOLS, stream: true }));
    expect(chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])).toEqual([{ index: 0, ...CALL }]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });
});

describe('tokens are counted', () => {
  test('in a reply of one piece', async () => {
    const client = await start(ONLY_SCALEWAY);
    expect((await client.chat.completions.create({ model: '', messages: MESSAGES })).usage).toEqual({ prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 });
  });

  test('in a stream only for who asks: others meet no chunk without a choice', async () => {
    const client = await start(ONLY_SCALEWAY);
    const request = { model: '', messages: MESSAGES, stream: true } as const;
    const asked = await Array.fromAsync(await client.chat.completions.create({ ...request, stream_options: { include_usage: true } }));
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
    const unasked = await Array.fromAsync(await client.chat.completions.create(request));
    expect(unasked.every(({ choices }) => choices.length > 0)).toBe(true);
  });
});

test('headers tell who answered, and whether it was kept', async () => {
  const client = await start({ ...ONLY_MISTRAL, ...ONLY_SCALEWAY });
  const headers = async (fields: object): Promise<(string | null)[]> => {
    const { response } = await client.chat.completions.create({ model: '', messages: MESSAGES, ...fields }).withResponse();
    return ['x-llm-provider', 'x-llm-cache'].map((name) => response.headers.get(name));
  };
  expect(await headers({})).toEqual(['mistral', 'off']);
  expect(await headers({ temperature: 0 })).toEqual(['mistral', 'miss']);
  expect(await headers({ temperature: 0, stream: true })).toEqual(['mistral', 'hit']);
  fakes.mistral.always({ kind: 'status', status: 500 });
  expect(await headers({})).toEqual(['scaleway', 'off']);
});

describe('a schema', () => {
  const formatOf = (schema: Record<string, unknown>) => ({ type: 'json_schema' as const, json_schema: { name: 'reply', schema } });
  const format = formatOf({ type: 'object', properties: { score: { type: 'integer' } }, required: ['score'] });

  test.each([true, false])('is kept to, in a stream or not: %s', async (stream) => {
    const client = await start(ONLY_MISTRAL);
    fakes.mistral.always({ kind: 'reply', text: '{"score": 7}' });
    const reply = await client.chat.completions.create({ model: '', messages: MESSAGES, response_format: format, stream });
    const said = 'choices' in reply ? reply.choices[0]?.message.content : (await Array.fromAsync(reply)).map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(said).toBe('{"score": 7}');
  });

  test('that nobody keeps to is a failure with a code, before anything was said', async () => {
    const client = await start(ONLY_MISTRAL);
    await expect(client.chat.completions.create({ model: '', messages: MESSAGES, response_format: format, stream: true })).rejects.toMatchObject({ status: 502, code: 'LLM_REPLY_MISFIT' });
  });

  test('that is hostile is refused with its place', async () => {
    const client = await start(ONLY_MISTRAL);
    const recursive = formatOf({ $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } });
    await expect(client.chat.completions.create({ model: '', messages: MESSAGES, response_format: recursive })).rejects.toMatchObject({ status: 400, code: 'LLM_SCHEMA_INVALID', type: 'invalid_request_error' });
    await expect(client.chat.completions.create({ model: '', messages: MESSAGES, response_format: formatOf({ pattern: '(a+)+$' }) })).rejects.toMatchObject({ message: expect.stringContaining('/pattern') as string });
    expect(fakes.mistral.requests).toEqual([]);
  });
});

test('a request nested too deeply to be passed on is refused, and rests no provider', async () => {
  await start(ONLY_MISTRAL);
  const body = `{"messages":[{"role":"user","content":"a"}],"stop":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  for (let turn = 0; turn < 4; turn += 1) {
    const reply = await fetch(`${server?.url ?? ''}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect([reply.status, await reply.json()]).toMatchObject([400, { error: { code: 'REQUEST_INVALID' } }]);
  }
  expect(await (await fetch(`${server?.url ?? ''}/health`)).json()).toMatchObject({ parts: { llm: { status: 'ok' } } });
});

describe('POST /generate', () => {
  const generate = async (body: object): Promise<unknown> => (await fetch(`${server?.url ?? ''}/generate`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();

  test('answers a prompt with a text', async () => {
    await start(ONLY_MISTRAL);
    expect(await generate({ prompt: 'Dis bonjour.', max_tokens: 9 })).toEqual({ text: 'Bonjour, ici Mistral.' });
    expect(fakes.mistral.requests[0]?.body).toMatchObject({ max_tokens: 9, messages: [{ role: 'user', content: 'Dis bonjour.' }] });
  });

  test('without a language model says what is missing', async () => {
    await start({});
    expect(await generate({ prompt: 'Dis bonjour.' })).toMatchObject({ error: { code: 'LLM_NOT_CONFIGURED' } });
  });
});
