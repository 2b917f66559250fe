import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../inference/llm/provider.ts';
import type { FakeLlm } from '../../support/fake-llm.ts';
import { ask, failure, FakeProviders, KEYS, ONLY_MISTRAL, ONLY_SCALEWAY } from '../../support/chat.ts';

const SAID = 'je m’appelle Zébulon';
const REQUEST: ChatRequest = { messages: [{ role: 'system', content: 'Tu es Marie.' }, { role: 'user', content: SAID }] };

let fakes: FakeProviders;
let mistral: FakeLlm;
let scaleway: FakeLlm;
beforeEach(async () => {
  fakes = await FakeProviders.start();
  ({ mistral, scaleway } = fakes);
});
afterEach(() => fakes[Symbol.asyncDispose]());

describe('who is asked', () => {
  test('the first provider with a key, with the defaults of the configuration', async () => {
    expect(await ask(fakes.chat(), REQUEST)).toBe('Bonjour, ici Mistral.');
    expect(mistral.requests).toHaveLength(1);
    expect(mistral.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      authorization: 'Bearer sk-mistral-secret',
      body: { model: 'mistral-nemo-instruct-2407', temperature: 0.7, max_tokens: 150, stream: true, messages: REQUEST.messages },
    });
    expect(scaleway.requests).toHaveLength(0);
  });

  test('a provider without its key is passed over', async () => {
    expect(await ask(fakes.chat({ env: ONLY_SCALEWAY }), REQUEST)).toBe('Bonjour, ici Scaleway.');
    expect(scaleway.requests[0]?.authorization).toBe('Bearer scw-secret');
    expect(mistral.requests).toHaveLength(0);
  });

  test('nobody has a key: a coded error, and not available', async () => {
    const empty = await fakes.chat({ env: {} });
    expect(empty.available()).toBe(false);
    expect(empty.health()).toBeUndefined();
    expect(await failure(empty, REQUEST)).toMatchObject({ code: 'LLM_NOT_CONFIGURED' });
  });

  test('a base URL may end in /v1 for Mistral too', async () => {
    expect(await ask(fakes.chat({ mistralUrl: `${mistral.url}/v1/` }), REQUEST)).toBe('Bonjour, ici Mistral.');
  });
});

describe('failover before the first token', () => {
  test.each([401, 404, 408, 422, 429, 500, 503])('status %i', async (status) => {
    mistral.always({ kind: 'status', status });
    expect(await ask(fakes.chat(), REQUEST)).toBe('Bonjour, ici Scaleway.');
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
    expect(await ask(fakes.chat({ hosted: { firstTokenDeadline: 150 } }), REQUEST)).toBe('Bonjour, ici Scaleway.');
  });

  test('garbage is the provider’s failure, and counts', async () => {
    mistral.always({ kind: 'garbage', data: '{"choices": "none"}' });
    const only = await fakes.chat({ env: ONLY_MISTRAL });
    for (let turn = 0; turn < 3; turn += 1) expect(await failure(only, REQUEST)).toMatchObject({ code: 'LLM_FAILED' });
    expect(only.health()?.status).toBe('down');
  });

  test('a provider that is too late is cancelled', async () => {
    mistral.always({ kind: 'stall', after: 0 });
    await ask(fakes.chat({ hosted: { firstTokenDeadline: 100 } }), REQUEST);
    expect(await mistral.requests[0]?.closedEarly).toBe(true);
  });

  test.each(['mistral', 'scaleway'])('all fail: the error is coded and quotes neither key nor learner (%s last)', async (last) => {
    mistral.always({ kind: 'status', status: 401 });
    scaleway.always({ kind: 'status', status: 401 });
    const error = await failure(fakes.chat({ llm: { order: last === 'mistral' ? ['scaleway', 'mistral'] : ['mistral', 'scaleway'] } }), REQUEST);
    expect(error).toMatchObject({ code: 'LLM_REFUSED', details: { provider: last, status: 401 } });
    expect(JSON.stringify(error.toBody())).not.toMatch(/secret|Zébulon/);
  });

  test('an address where nobody listens', async () => {
    expect(await failure(fakes.chat({ env: ONLY_MISTRAL, mistralUrl: 'http://127.0.0.1:1' }), REQUEST)).toMatchObject({ code: 'LLM_FAILED' });
  });
});

describe('after the first token', () => {
  test.each([
    [{ kind: 'cut', after: 3 }, 'LLM_FAILED'],
    [{ kind: 'end-early', after: 3 }, 'LLM_FAILED'],
    [{ kind: 'stall', after: 3 }, 'LLM_TIMEOUT'],
  ] as const)('%o: what was said stands, then %s, and nobody else is asked', async (behaviour, code) => {
    const hosted = behaviour.kind === 'stall' ? { stallDeadline: 500 } : {};
    for (const env of [KEYS, { ...ONLY_SCALEWAY, OPENAI_API_KEY: 'k' }]) {
      const fake = env === KEYS ? mistral : scaleway;
      fake.always(behaviour);
      const heard: string[] = [];
      const reading = (async () => {
        const { chunks } = await (await fakes.chat({ env, hosted })).reply(REQUEST, new AbortController().signal);
        for await (const { choices } of chunks) heard.push(choices[0]?.delta.content ?? '');
      })();
      await expect(reading).rejects.toMatchObject({ code });
      expect(heard.join('')).toBe('Voici une réponse');
    }
    expect([mistral.requests.length, scaleway.requests.length]).toEqual([1, 1]);
  });
});

test('a caller who leaves cancels the reply at the provider', async () => {
  for (const env of [ONLY_MISTRAL, ONLY_SCALEWAY]) {
    const fake = 'MISTRAL_API_KEY' in env ? mistral : scaleway;
    fake.always({ kind: 'stall', after: 2 });
    const { chunks } = await (await fakes.chat({ env })).reply(REQUEST, new AbortController().signal);
    for await (const { choices } of chunks) if (choices[0]?.delta.content) break;
    expect(await fake.requests[0]?.closedEarly).toBe(true);
  }
});
