import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, type Config } from '../../../core/config.ts';
import { CodedError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import { createChatChain, type ChatChain } from '../../../inference/llm/chat-chain.ts';
import type { ChatChunk, ChatRequest } from '../../../inference/llm/provider.ts';
import { FakeLlm } from '../../support/fake-llm.ts';

const SAID = 'je m’appelle Zébulon';
const REQUEST: ChatRequest = { messages: [{ role: 'system', content: 'Tu es Marie.' }, { role: 'user', content: SAID }] };
const KEYS = { MISTRAL_API_KEY: 'sk-mistral-secret', SCALEWAY_SECRET_KEY: 'scw-secret' };

let mistral: FakeLlm;
let scaleway: FakeLlm;
beforeEach(async () => {
  [mistral, scaleway] = await Promise.all([FakeLlm.start(), FakeLlm.start()]);
  mistral.always({ kind: 'reply', text: 'Bonjour, ici Mistral.' });
  scaleway.always({ kind: 'reply', text: 'Bonjour, ici Scaleway.' });
});
afterEach(async () => {
  await Promise.all([mistral[Symbol.asyncDispose](), scaleway[Symbol.asyncDispose]()]);
});

function chain({ env = KEYS, llm = {}, registry = new Registry() }: { env?: NodeJS.ProcessEnv; llm?: Partial<Config['llm']>; registry?: Registry } = {}): Promise<ChatChain> {
  const config = loadConfig({});
  const settings = { ...config.llm, mistralBaseUrl: mistral.url, scalewayBaseUrl: `${scaleway.url}/v1`, openaiBaseUrl: `${scaleway.url}/v1`, firstTokenDeadline: 2_000, ...llm };
  return createChatChain({ ...config, llm: settings }, { log: createLogger('test'), registry, env });
}

async function collect(chunks: AsyncIterable<ChatChunk>): Promise<ChatChunk[]> {
  const all = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
const said = (chunks: readonly ChatChunk[]): string => chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
const ask = async (to: ChatChain | Promise<ChatChain>, request = REQUEST): Promise<string> => said(await collect((await to).stream(request, new AbortController().signal)));
const failure = async (to: ChatChain | Promise<ChatChain>, request = REQUEST): Promise<CodedError> => {
  const error: unknown = await ask(to, request).catch((cause: unknown) => cause);
  if (error instanceof CodedError) return error;
  throw new Error('it did not fail with a coded error', { cause: error });
};

describe('who is asked', () => {
  test('the first provider with a key, with the defaults of the configuration', async () => {
    expect(await ask(chain())).toBe('Bonjour, ici Mistral.');
    expect(mistral.requests).toHaveLength(1);
    expect(mistral.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      authorization: 'Bearer sk-mistral-secret',
      body: { model: 'mistral-nemo-instruct-2407', temperature: 0.7, max_tokens: 150, stream: true, messages: REQUEST.messages },
    });
    expect(scaleway.requests).toHaveLength(0);
  });

  test('a provider without its key is passed over', async () => {
    expect(await ask(chain({ env: { SCALEWAY_SECRET_KEY: 'scw-secret' } }))).toBe('Bonjour, ici Scaleway.');
    expect(scaleway.requests[0]?.authorization).toBe('Bearer scw-secret');
    expect(mistral.requests).toHaveLength(0);
  });

  test('nobody has a key: a coded error, and not available', async () => {
    const empty = await chain({ env: {} });
    expect(empty.available()).toBe(false);
    expect(empty.health()).toBeUndefined();
    expect(await failure(empty)).toMatchObject({ code: 'LLM_NOT_CONFIGURED' });
  });

  test('a base URL may end in /v1 for Mistral too', async () => {
    expect(await ask(chain({ llm: { mistralBaseUrl: `${mistral.url}/v1/` } }))).toBe('Bonjour, ici Mistral.');
  });
});

describe('what a provider gets', () => {
  const REFUSED = { max_completion_tokens: 40, store: true, user: 'learner-7', metadata: { a: 'b' }, stream_options: { include_usage: true } };
  test.each([
    ['mistral', () => mistral, KEYS],
    ['scaleway', () => scaleway, { SCALEWAY_SECRET_KEY: 'scw-secret' }],
  ] as const)('%s: no field that it refuses; limits by the name it knows', async (_name, fake, env) => {
    await ask(chain({ env }), { ...REQUEST, ...REFUSED, top_p: 0.9 });
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
    const chunks = await collect((await chain()).stream({ messages, tools, tool_choice: 'auto', response_format: format }, new AbortController().signal));
    expect(chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])).toEqual([{ index: 0, id: 'call_0001', type: 'function', function: { name: 'note', arguments: '{"topic":"rythme"}' } }]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    const { body } = mistral.requests[0] ?? {};
    expect(body?.['messages']).toMatchObject([{ role: 'system' }, { role: 'user' }, { role: 'assistant', tool_calls: [{ id: 'call_0000', function: { name: 'note' } }] }, { role: 'tool', tool_call_id: 'call_0000' }]);
    expect(body).toMatchObject({ tool_choice: 'auto', response_format: format });
  });
});

describe('failover before the first token', () => {
  test.each([401, 404, 408, 422, 429, 500, 503])('status %i', async (status) => {
    mistral.always({ kind: 'status', status });
    expect(await ask(chain())).toBe('Bonjour, ici Scaleway.');
    expect(mistral.requests).toHaveLength(1);
  });

  test.each([
    { kind: 'stall', after: 0 },
    { kind: 'cut', after: 0 },
    { kind: 'garbage', data: '{"choices": "none"}' },
    { kind: 'garbage', data: 'not json {' },
    { kind: 'garbage', data: 'null' },
    { kind: 'end-early', after: 0 },
    { kind: 'status', status: 200, body: '<html>' },
  ] as const)('$kind $data', async (behaviour) => {
    mistral.always(behaviour);
    expect(await ask(chain({ llm: { firstTokenDeadline: 150 } }))).toBe('Bonjour, ici Scaleway.');
  });

  test('garbage is the provider’s failure, and counts', async () => {
    mistral.always({ kind: 'garbage', data: '{"choices": "none"}' });
    const only = await chain({ env: { MISTRAL_API_KEY: 'k' } });
    for (let turn = 0; turn < 3; turn += 1) expect(await failure(only)).toMatchObject({ code: 'LLM_FAILED' });
    expect(only.health()?.status).toBe('down');
  });

  test('a provider that is too late is cancelled', async () => {
    mistral.always({ kind: 'stall', after: 0 });
    await ask(chain({ llm: { firstTokenDeadline: 100 } }));
    expect(await mistral.requests[0]?.closedEarly).toBe(true);
  });

  test.each(['mistral', 'scaleway'])('all fail: the error is coded and quotes neither key nor learner (%s last)', async (last) => {
    mistral.always({ kind: 'status', status: 401 });
    scaleway.always({ kind: 'status', status: 401 });
    const error = await failure(chain({ llm: { providers: last === 'mistral' ? ['scaleway', 'mistral'] : ['mistral', 'scaleway'] } }));
    expect(error).toMatchObject({ code: 'LLM_REFUSED', details: { provider: last, status: 401 } });
    expect(JSON.stringify(error.toBody())).not.toMatch(/secret|Zébulon/);
  });

  test('an address where nobody listens', async () => {
    expect(await failure(chain({ env: { MISTRAL_API_KEY: 'k' }, llm: { mistralBaseUrl: 'http://127.0.0.1:1' } }))).toMatchObject({ code: 'LLM_FAILED' });
  });
});

describe('after the first token', () => {
  test.each([
    [{ kind: 'cut', after: 3 }, 'LLM_FAILED'],
    [{ kind: 'end-early', after: 3 }, 'LLM_FAILED'],
    [{ kind: 'stall', after: 3 }, 'LLM_TIMEOUT'],
  ] as const)('%o: what was said stands, then %s, and nobody else is asked', async (behaviour, code) => {
    for (const env of [KEYS, { SCALEWAY_SECRET_KEY: 'k' }]) {
      const fake = env === KEYS ? mistral : scaleway;
      fake.always(behaviour);
      const heard: string[] = [];
      const reading = (async () => {
        for await (const { choices } of (await chain({ env, llm: { stallDeadline: 200 } })).stream(REQUEST, new AbortController().signal)) heard.push(choices[0]?.delta.content ?? '');
      })();
      await expect(reading).rejects.toMatchObject({ code });
      expect(heard.join('')).toBe('Voici une réponse');
    }
    expect([mistral.requests.length, scaleway.requests.length]).toEqual([1, 1]);
  });
});

describe('the breaker', () => {
  test('after three failures in a row a provider is not asked any more', async () => {
    mistral.always({ kind: 'status', status: 500 });
    const both = await chain();
    for (let turn = 0; turn < 4; turn += 1) expect(await ask(both)).toBe('Bonjour, ici Scaleway.');
    expect(mistral.requests).toHaveLength(3);
    expect(both.health()).toEqual({ status: 'degraded', detail: 'mistral, scaleway; failing: mistral' });
  });

  test('requests that nobody would take do not open it', async () => {
    mistral.always({ kind: 'status', status: 422 });
    const only = await chain({ env: { MISTRAL_API_KEY: 'k' } });
    for (let turn = 0; turn < 4; turn += 1) expect(await failure(only)).toMatchObject({ code: 'LLM_REFUSED' });
    expect(mistral.requests).toHaveLength(4);
    expect(only.health()?.status).toBe('ok');
  });

  test('a model of the caller’s own choice that there is not does not open it; ours does', async () => {
    mistral.always({ kind: 'status', status: 404 });
    const only = await chain({ env: { MISTRAL_API_KEY: 'k' } });
    for (let turn = 0; turn < 4; turn += 1) expect(await failure(only, { ...REQUEST, model: 'gpt-9' })).toMatchObject({ code: 'LLM_REFUSED', details: { status: 404 } });
    expect(only.health()?.status).toBe('ok');
    for (const model of ['', 'mistral-nemo-instruct-2407', '']) expect(await failure(only, { ...REQUEST, model })).toMatchObject({ code: 'LLM_REFUSED' });
    expect(only.health()?.status).toBe('down');
  });

  test('a caller who gives up after the deadline counts, one who gives up early does not', async () => {
    mistral.always({ kind: 'stall', after: 0 });
    const giveUp = async (to: ChatChain): Promise<void> => {
      const abort = new AbortController();
      const asked = mistral.requests.length;
      const reply = collect(to.stream(REQUEST, abort.signal));
      await expect.poll(() => mistral.requests.length, { interval: 5 }).toBe(asked + 1);
      abort.abort();
      await expect(reply).rejects.toMatchObject({ name: 'AbortError' });
    };
    const patient = await chain({ env: { MISTRAL_API_KEY: 'k' }, llm: { firstTokenDeadline: 60_000 } });
    const late = await chain({ env: { MISTRAL_API_KEY: 'k' }, llm: { firstTokenDeadline: 0 } });
    for (let turn = 0; turn < 3; turn += 1) {
      await giveUp(patient);
      await giveUp(late);
    }
    expect(patient.health()?.status).toBe('ok');
    expect(late.health()?.status).toBe('down');
    expect(await failure(late)).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

test('a caller who leaves cancels the reply at the provider', async () => {
  for (const env of [{ MISTRAL_API_KEY: 'k' }, { SCALEWAY_SECRET_KEY: 'k' }]) {
    const fake = 'MISTRAL_API_KEY' in env ? mistral : scaleway;
    fake.always({ kind: 'stall', after: 2 });
    for await (const { choices } of (await chain({ env })).stream(REQUEST, new AbortController().signal)) if (choices[0]?.delta.content) break;
    expect(await fake.requests[0]?.closedEarly).toBe(true);
  }
});

test('metrics name provider and outcome', async () => {
  const registry = new Registry();
  mistral.always({ kind: 'status', status: 429 });
  await ask(chain({ registry }));
  const metrics = await registry.metrics();
  expect(metrics).toContain('llm_attempts_total{provider="mistral",outcome="LLM_REFUSED"} 1');
  expect(metrics).toContain('llm_attempts_total{provider="scaleway",outcome="ok"} 1');
  expect(metrics).toContain('llm_first_token_seconds_count{provider="scaleway"} 1');
});

test.each(['mistrall', 'constructor'])('a provider that nobody knows is a mistake in the configuration: %s', async (name) => {
  await expect(chain({ llm: { providers: [name] } })).rejects.toThrow(`no provider ${name}`);
});

test('a request that Mistral’s library does not even send is refused, not failed', async () => {
  const only = await chain({ env: { MISTRAL_API_KEY: 'k' } });
  expect(await failure(only, { messages: [{ role: 'user', content: [{ type: 'text', text: 7 }] }] })).toMatchObject({ code: 'LLM_REFUSED', details: { status: 422 } });
  expect(mistral.requests).toHaveLength(0);
});
