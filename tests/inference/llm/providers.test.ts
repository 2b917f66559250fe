import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../core/config.ts';
import type { ChatRequest } from '../../../inference/llm/provider.ts';
import { defaultModelAt } from '../../../inference/llm/request-fields.ts';
import type { FakeLlm } from '../../support/fake-llm.ts';
import { ask, collect, failure, FakeProviders, KEYS, ONLY_MISTRAL, ONLY_SCALEWAY } from '../../support/chat.ts';

const REQUEST: ChatRequest = { messages: [{ role: 'user', content: 'Bonjour' }] };

let fakes: FakeProviders;
let mistral: FakeLlm;
let scaleway: FakeLlm;
beforeEach(async () => {
  fakes = await FakeProviders.start();
  ({ mistral, scaleway } = fakes);
});
afterEach(() => fakes[Symbol.asyncDispose]());

describe('what a provider gets', () => {
  const REFUSED = { max_completion_tokens: 40, store: true, user: 'learner-7', metadata: { a: 'b' }, stream_options: { include_usage: true } };
  test.each([
    ['mistral', () => mistral, KEYS],
    ['scaleway', () => scaleway, ONLY_SCALEWAY],
  ] as const)('%s: no field that it refuses; limits by the name it knows', async (_name, fake, env) => {
    await ask(fakes.chat({ env }), { ...REQUEST, ...REFUSED, top_p: 0.9 });
    expect(fake().requests[0]?.body).toMatchObject({ max_tokens: 40, top_p: 0.9 });
    expect(Object.keys(fake().requests[0]?.body ?? {})).not.toEqual(expect.arrayContaining(['store']));
  });

  test('tools, their calls and their results pass both ways', async () => {
    mistral.next({ kind: 'tool', name: 'note', args: { topic: 'rythme' } });
    const tools = [{ type: 'function', function: { name: 'note', description: 'takes a note', parameters: { type: 'object', properties: {} } } }];
    const messages = [
      { role: 'developer', content: 'Tu es Marie.' },
      { role: 'user', content: [{ type: 'text', text: 'Bonjour' }] },
      { role: 'assistant', content: '', tool_calls: [{ id: 'call_0000', type: 'function', function: { name: 'note', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'call_0000', content: 'noté' },
    ];
    const format = { type: 'json_schema', json_schema: { name: 'reply', schema: { type: 'object' }, strict: true } };
    const chunks = await collect(fakes.chat(), { messages, tools, tool_choice: 'auto', response_format: format });
    expect(chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])).toEqual([{ index: 0, id: 'call_0001', type: 'function', function: { name: 'note', arguments: '{"topic":"rythme"}' } }]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    const { body } = mistral.requests[0] ?? {};
    expect(body?.['messages']).toMatchObject([{ role: 'system' }, { role: 'user' }, { role: 'assistant', tool_calls: [{ id: 'call_0000', function: { name: 'note' } }] }, { role: 'tool', tool_call_id: 'call_0000' }]);
    expect(body).toMatchObject({ tool_choice: 'auto', response_format: format });
  });
});

describe('which model is asked for', () => {
  test.each([
    ['the configured one where the client names none', {}, undefined, 'mistral-nemo-instruct-2407'],
    ['what the provider calls it', { model: 'open-mistral-nemo' }, 'mistral-nemo-instruct-2407', 'open-mistral-nemo'],
    ['the client’s own choice', { model: 'open-mistral-nemo' }, 'mistral-large-latest', 'mistral-large-latest'],
  ])('%s', async (_what, hosted, model, sent) => {
    for (const env of [ONLY_MISTRAL, ONLY_SCALEWAY]) await ask(fakes.chat({ env, hosted }), { ...REQUEST, ...(model && { model }) });
    expect([mistral, scaleway].map(({ requests }) => requests[0]?.body['model'])).toEqual([sent, sent]);
  });

  test.each([
    ['https://api.mistral.ai', 'ministral-8b-latest'],
    ['https://api.openai.com/v1', 'gpt-4o-mini'],
    ['https://api.scaleway.ai/v1', 'mistral-nemo-instruct-2407'],
  ])('the vendor at %s has %s in its place', (baseUrl, model) => {
    expect(defaultModelAt(baseUrl, 'mistral-nemo-instruct-2407')).toBe(model);
    expect(defaultModelAt(baseUrl, 'llama')).toBe('llama');
  });
});

describe('which providers there are', () => {
  test('one that is off is passed over, though it has a key', async () => {
    const mistralOff = { ...loadConfig({}).llm.providers.mistral, enabled: false };
    expect(await ask(fakes.chat({ providers: { mistral: mistralOff } }), REQUEST)).toBe('Bonjour, ici Scaleway.');
  });

  test('the order is the configuration’s', async () => {
    expect(await ask(fakes.chat({ llm: { order: ['scaleway', 'mistral'] } }), REQUEST)).toBe('Bonjour, ici Scaleway.');
  });

  test('a key is taken without the line end that its file had', async () => {
    await ask(fakes.chat({ env: { MISTRAL_API_KEY: ' sk-1\r\n' } }), REQUEST);
    expect(mistral.requests[0]?.authorization).toBe('Bearer sk-1');
  });

  test('a key that no header can carry is refused without being quoted', async () => {
    const starting = fakes.chat({ env: { MISTRAL_API_KEY: 'sk-sécrète' } });
    await expect(starting).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/MISTRAL_API_KEY(?!.*sk-s)/) as string });
  });

  test.each(['', 'nowhere/model.gguf'])('a local model needs its file: “%s”', async (model) => {
    const local = { ...loadConfig({}).llm.providers.local, enabled: true, model };
    await expect(fakes.chat({ providers: { local } })).rejects.toMatchObject({ code: 'LLM_MODEL_MISSING' });
  });
});

test('metrics name provider and outcome', async () => {
  const registry = new Registry();
  mistral.always({ kind: 'status', status: 429 });
  await ask(fakes.chat({ registry }), REQUEST);
  const metrics = await registry.metrics();
  expect(metrics).toContain('llm_attempts_total{provider="mistral",outcome="LLM_REFUSED"} 1');
  expect(metrics).toContain('llm_attempts_total{provider="scaleway",outcome="ok"} 1');
  expect(metrics).toContain('llm_first_token_seconds_count{provider="scaleway"} 1');
  expect(metrics).toContain('llm_fallbacks_total{provider="scaleway"} 1');
  expect(metrics).toContain('llm_tokens_total{provider="scaleway",kind="prompt"} 7');
  expect(metrics).toContain('llm_tokens_total{provider="scaleway",kind="completion"} 3');
});

test('a request that Mistral’s library does not even send is refused, not failed', async () => {
  const only = await fakes.chat({ env: ONLY_MISTRAL });
  expect(await failure(only, { messages: [{ role: 'user', content: [{ type: 'text', text: 7 }] }] })).toMatchObject({ code: 'LLM_REFUSED', details: { status: 422 } });
  expect(mistral.requests).toHaveLength(0);
});
