import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../inference/llm/provider.ts';
import { ask, collect, failure, FakeProviders, ONLY_MISTRAL, ONLY_SCALEWAY } from '../../support/chat.ts';
import type { FakeLlm } from '../../support/fake-llm.ts';

const SCHEMA = { type: 'object', properties: { mood: { enum: ['good', 'bad'] } }, required: ['mood'], additionalProperties: false };
const FORMAT = { type: 'json_schema', json_schema: { name: 'mood', schema: SCHEMA, strict: true } };
const REQUEST: ChatRequest = { messages: [{ role: 'user', content: 'Comment vas-tu ?' }], response_format: FORMAT };
const FITS = '{"mood": "good"}';

let fakes: FakeProviders;
let mistral: FakeLlm;
let scaleway: FakeLlm;
beforeEach(async () => {
  fakes = await FakeProviders.start();
  ({ mistral, scaleway } = fakes);
});
afterEach(() => fakes[Symbol.asyncDispose]());

test('the providers are told the schema, each in its way', async () => {
  for (const fake of [mistral, scaleway]) fake.always({ kind: 'reply', text: FITS });
  const openAi = { OPENAI_API_KEY: 'k' };
  for (const env of [ONLY_MISTRAL, ONLY_SCALEWAY, openAi]) expect(await ask(fakes.chat({ env }), REQUEST)).toBe(FITS);
  for (const { body } of [...mistral.requests, ...scaleway.requests]) expect(body['response_format']).toEqual(FORMAT);
  expect([mistral.requests.length, scaleway.requests.length]).toEqual([1, 2]);
});

describe('a reply that does not fit', () => {
  test.each(['Bien, merci !', '{"mood": "so so"}', '{"mood": "good", "more": 1}', '{"mood": "good"', ''])('is asked for once more: %s', async (misfit) => {
    mistral.next({ kind: 'reply', text: misfit }, { kind: 'reply', text: FITS });
    const registry = new Registry();
    expect(await ask(fakes.chat({ registry }), REQUEST)).toBe(FITS);
    expect([mistral.requests.length, scaleway.requests.length]).toEqual([2, 0]);
    expect(await registry.metrics()).toContain('llm_misfits_total{provider="mistral"} 1');
  });

  test('twice: the next provider is asked', async () => {
    scaleway.always({ kind: 'reply', text: FITS });
    expect(await ask(fakes.chat(), REQUEST)).toBe(FITS);
    expect([mistral.requests.length, scaleway.requests.length]).toEqual([2, 1]);
  });

  test('of everybody: a coded error, and nobody is put to rest for it', async () => {
    const chat = await fakes.chat();
    for (let turn = 0; turn < 2; turn += 1) expect(await failure(chat, REQUEST)).toMatchObject({ code: 'LLM_REPLY_MISFIT', details: { provider: 'scaleway' } });
    expect([mistral.requests.length, scaleway.requests.length]).toEqual([4, 4]);
    expect(chat.health()?.status).toBe('ok');
  });

  test('that breaks off is followed by the next provider: nothing was passed on yet', async () => {
    mistral.always({ kind: 'cut', after: 2, text: '{ "mood": "good" }' });
    scaleway.always({ kind: 'reply', text: FITS });
    expect(await ask(fakes.chat(), REQUEST)).toBe(FITS);
    expect(mistral.requests).toHaveLength(1);
  });

  test('and then a provider that fails: its failure is told', async () => {
    scaleway.always({ kind: 'status', status: 500 });
    expect(await failure(fakes.chat(), REQUEST)).toMatchObject({ code: 'LLM_FAILED', details: { provider: 'scaleway' } });
  });
});

test('any JSON is asked for, and checked to be some', async () => {
  mistral.next({ kind: 'reply', text: 'Voici : {}' }, { kind: 'reply', text: '[1, 2]' });
  expect(await ask(fakes.chat(), { ...REQUEST, response_format: { type: 'json_object' } })).toBe('[1, 2]');
});

test('a tool call may come in place of the reply', async () => {
  mistral.always({ kind: 'tool', name: 'note', args: { topic: 'rythme' } });
  const tools = [{ type: 'function', function: { name: 'note', parameters: { type: 'object', properties: {} } } }];
  const chunks = await collect(fakes.chat(), { ...REQUEST, tools });
  expect(chunks[0]?.choices[0]?.delta.tool_calls).toEqual([{ index: 0, id: 'call_0001', type: 'function', function: { name: 'note', arguments: '{"topic":"rythme"}' } }]);
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
});

test.each([
  [{ type: 'json_schema', json_schema: { name: 'x', schema: { $ref: '#/$defs/x', $defs: { x: { $ref: '#/$defs/x' } } } } }, 'LLM_SCHEMA_INVALID'],
  [{ type: 'json_schema' }, 'LLM_SCHEMA_INVALID'],
  [{ type: 'xml' }, 'REQUEST_INVALID'],
  ['json', 'REQUEST_INVALID'],
])('nobody is asked for %o', async (format, code) => {
  expect(await failure(fakes.chat(), { ...REQUEST, response_format: format })).toMatchObject({ code });
  expect([...mistral.requests, ...scaleway.requests]).toEqual([]);
});
