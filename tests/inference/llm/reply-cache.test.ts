import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../inference/llm/provider.ts';
import { cacheKey, ReplyCache, type KeptReply } from '../../../inference/llm/reply-cache.ts';
import { ask, FakeProviders } from '../../support/chat.ts';

const MESSAGES = [{ role: 'user', content: 'Donne-moi une question d’entretien.' }];

let fakes: FakeProviders;
let served: number;
beforeEach(async () => {
  fakes = await FakeProviders.start();
  served = 0;
  fakes.mistral.always({ kind: 'reply', text: () => `Réponse ${(served += 1)}` });
});
afterEach(() => fakes[Symbol.asyncDispose]());

describe('a fixed question is answered from memory', () => {
  test.each([{ temperature: 0 }, { reuse_cache: true }, { reuse_cache: true, temperature: 1, stream: true }])('%o', async (fields) => {
    const registry = new Registry();
    const chat = await fakes.chat({ registry });
    const request = { messages: MESSAGES, ...fields };
    expect([await ask(chat, request), await ask(chat, request)]).toEqual(['Réponse 1', 'Réponse 1']);
    const { cache, provider } = await chat.reply(request, new AbortController().signal);
    expect({ cache, provider }).toEqual({ cache: 'hit', provider: 'mistral' });
    expect(fakes.mistral.requests).toHaveLength(1);
    expect(fakes.mistral.requests[0]?.body).not.toHaveProperty('reuse_cache');
    const metrics = await registry.metrics();
    expect(metrics).toContain('llm_cache_total{result="miss"} 1');
    expect(metrics).toContain('llm_cache_total{result="hit"} 2');
  });
});

describe('everything else is asked anew', () => {
  const tools = [{ type: 'function', function: { name: 'note' } }];
  test.each([
    ['what nobody asked to keep', {}, {}],
    ['what is not to be kept', { temperature: 0, reuse_cache: false }, { temperature: 0, reuse_cache: false }],
    ['what may call a tool', { temperature: 0, tools }, { temperature: 0, tools }],
    ['another question', { temperature: 0 }, { temperature: 0, messages: [{ role: 'user', content: 'Et toi ?' }] }],
    ['another model', { temperature: 0 }, { temperature: 0, model: 'other' }],
    ['another length', { temperature: 0 }, { temperature: 0, max_tokens: 9 }],
    ['another seed', { temperature: 0 }, { temperature: 0, seed: 9 }],
  ])('%s', async (_what, first, second) => {
    fakes.mistral.always({ kind: 'status', status: 500 });
    fakes.scaleway.always({ kind: 'reply', text: () => `Réponse ${(served += 1)}` });
    const chat = await fakes.chat();
    await ask(chat, { messages: MESSAGES, ...first });
    expect(await ask(chat, { messages: MESSAGES, ...second })).toBe('Réponse 2');
  });

  test('a temperature of 0 in the configuration keeps nobody’s words', async () => {
    const chat = await fakes.chat({ llm: { temperature: 0 } });
    expect((await chat.reply({ messages: MESSAGES }, new AbortController().signal)).cache).toBe('off');
  });

  test('a reply that its client left, or that broke off, is not kept', async () => {
    const chat = await fakes.chat();
    const { chunks } = await chat.reply({ messages: MESSAGES, temperature: 0 }, new AbortController().signal);
    for await (const { choices } of chunks) if (choices[0]?.delta.content) break;
    fakes.mistral.next({ kind: 'cut', after: 1 });
    await expect(ask(chat, { messages: MESSAGES, temperature: 0 })).rejects.toMatchObject({ code: 'LLM_FAILED' });
    expect((await chat.reply({ messages: MESSAGES, temperature: 0 }, new AbortController().signal)).cache).toBe('miss');
  });
});

describe('the key', () => {
  test('tells nothing of what was said', () => {
    const asked: ChatRequest = { messages: MESSAGES, temperature: 0 };
    expect(cacheKey(asked, asked)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('two requests have the same one only when they are the same', () => {
    const request = fc.record({ content: fc.string(), temperature: fc.constantFrom(0, 1), max_tokens: fc.integer({ min: 1, max: 3 }), model: fc.constantFrom(undefined, 'a') });
    fc.assert(fc.property(request, request, (a, b) => {
      const key = ({ content, model, ...fields }: typeof a): string | undefined => {
        const asked: ChatRequest = { messages: [{ role: 'user', content }], reuse_cache: true, ...fields, ...(model !== undefined && { model }) };
        return cacheKey(asked, asked);
      };
      expect(key(a) === key(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }));
  });
});

describe('the cache', () => {
  const reply = (content: string, finish_reason = 'stop'): KeptReply => ({ provider: 'p', completion: { id: '1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }] } });

  test('holds no more than its bytes: what was not asked for longest goes', () => {
    const cache = new ReplyCache({ maxBytes: 5_000, ttlSeconds: 60 });
    cache.keep('a', reply('x'.repeat(2_000)));
    cache.keep('b', reply('x'.repeat(2_000)));
    expect(cache.get('a')).toBeDefined();
    cache.keep('c', reply('x'.repeat(2_000)));
    expect([cache.get('a') !== undefined, cache.get('b') !== undefined, cache.get('c') !== undefined]).toEqual([true, false, true]);
  });

  test('keeps none without room, and none that was cut short', () => {
    const none = new ReplyCache({ maxBytes: 0, ttlSeconds: 60 });
    none.keep('a', reply('x'));
    expect(none.get('a')).toBeUndefined();
    const cache = new ReplyCache({ maxBytes: 5_000, ttlSeconds: 60 });
    cache.keep('a', reply('x', 'length'));
    expect(cache.get('a')).toBeUndefined();
  });
});
