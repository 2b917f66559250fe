import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../core/config.ts';
import type { Chat } from '../../../inference/llm/chat.ts';
import type { ChatChunk, ChatMessage, ChatRequest, Usage } from '../../../inference/llm/provider.ts';
import { ask, collect, failure, FakeProviders } from '../../support/chat.ts';

// The real thing: llama.cpp with the smallest model that follows instructions at all; set-up for tests brings it.

const MODEL = 'smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const FOREVER = 600_000;
const LOCAL = { ...loadConfig({}).llm.providers.local, enabled: true, model: MODEL, contextTokens: 256, firstTokenDeadline: FOREVER, stallDeadline: FOREVER };

let fakes: FakeProviders;
let registry: Registry;
let chat: Chat;
beforeAll(async () => {
  fakes = await FakeProviders.start();
  registry = new Registry();
  // One thread: with more, llama.cpp's wait for each other by spinning, which a busy machine makes slow beyond measure.
  chat = await fakes.chat({ env: {}, providers: { local: LOCAL }, registry, threads: 1 });
  await chat.ready();
}, FOREVER);
afterAll(async () => {
  await chat.close();
  await fakes[Symbol.asyncDispose]();
});

const MARIE: ChatMessage = { role: 'system', content: 'You are Marie, a kind coach for people who speak in public. You answer in one short sentence.' };
const QUESTION: ChatMessage = { role: 'user', content: 'Say hello to me.' };
const asking = (messages: readonly ChatMessage[], fields: object = {}): ChatRequest => ({ messages, temperature: 0, max_tokens: 4, reuse_cache: false, ...fields });
const usageOf = (chunks: readonly ChatChunk[]): Usage | undefined => chunks.at(-1)?.usage ?? undefined;
const cachedOf = (chunks: readonly ChatChunk[]): number => usageOf(chunks)?.prompt_tokens_details?.cached_tokens ?? 0;
const saidIn = (chunks: readonly ChatChunk[]): string => chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');

describe('a conversation', { timeout: FOREVER }, () => {
  test('is answered token by token, and counted', async () => {
    const chunks = await collect(chat, asking([MARIE, QUESTION]));
    expect(saidIn(chunks)).toMatch(/^\p{L}[^<|]+$/u);
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('length');
    const { prompt_tokens: prompt = 0, completion_tokens: completion, total_tokens: total } = usageOf(chunks) ?? {};
    expect(completion).toBe(4);
    expect(prompt).toBeGreaterThan(30);
    expect(total).toBe(prompt + 4);
  });

  test('is evaluated from where it changed, also when another one came between', async () => {
    const first = await collect(chat, asking([MARIE, QUESTION]));
    await collect(chat, asking([{ role: 'user', content: 'Two plus two?' }], { max_tokens: 1 }));
    const next = await collect(chat, asking([MARIE, QUESTION, { role: 'assistant', content: saidIn(first) }, { role: 'user', content: 'And now?' }]));
    const known = usageOf(first)?.prompt_tokens ?? 0;
    expect(cachedOf(next)).toBeGreaterThanOrEqual(known);
    // What is left: the end of the reply, the new turn and its marks.
    expect((usageOf(next)?.prompt_tokens ?? 0) - cachedOf(next)).toBeLessThan(25);
    expect(await registry.getSingleMetricAsString('llm_tokens_total')).toMatch(/provider="local",kind="cached"\} \d\d/);
  });

  test('gives the same reply with what was evaluated before as without', async () => {
    const once = await ask(chat, asking([MARIE, { role: 'user', content: 'What is stress?' }]));
    expect(await ask(chat, asking([MARIE, { role: 'user', content: 'What is stress?' }]))).toBe(once);
  });

  test('ends at a text that it is not to contain', async () => {
    const whole = await ask(chat, asking([MARIE, QUESTION]));
    const chunks = await collect(chat, asking([MARIE, QUESTION], { stop: whole.slice(2, 5) }));
    expect(saidIn(chunks)).toBe(whole.slice(0, whole.indexOf(whole.slice(2, 5))));
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  test('that is longer than the context loses its oldest turns', async () => {
    const turns = Array.from({ length: 60 }, (_, i): ChatMessage => ({ role: i % 2 ? 'assistant' : 'user', content: `This is what was said in turn ${i}.` }));
    const chunks = await collect(chat, asking([MARIE, ...turns, QUESTION], { max_tokens: 1 }));
    expect(usageOf(chunks)?.prompt_tokens).toBeLessThanOrEqual(255);
  });
});

test('JSON fits its schema, by grammar', { timeout: FOREVER }, async () => {
  const schema = { type: 'object', properties: { mood: { enum: ['good', 'bad'] } }, required: ['mood'], additionalProperties: false };
  const request = asking([{ role: 'user', content: 'How are you?' }], { max_tokens: 40, response_format: { type: 'json_schema', json_schema: { name: 'mood', schema } } });
  expect(JSON.parse(await ask(chat, request))).toEqual({ mood: expect.stringMatching(/^(good|bad)$/) as string });
  expect(await registry.metrics()).not.toContain('llm_misfits_total{');
});

test('who leaves stops it at the next token: the next one is answered', { timeout: FOREVER }, async () => {
  const long = asking([MARIE, { role: 'user', content: 'Count from one to one thousand.' }], { max_tokens: 400 });
  const left = new AbortController();
  const { chunks } = await chat.reply(long, left.signal);
  const reading = (async () => {
    for await (const { choices } of chunks) if (choices[0]?.delta.content) left.abort();
  })();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  expect(await ask(chat, asking([MARIE, QUESTION]))).not.toBe('');
});

describe('what it does not do is refused', { timeout: FOREVER }, () => {
  const tools = [{ type: 'function', function: { name: 'note', parameters: { type: 'object', properties: {} } } }];
  test.each([
    ['tools', asking([QUESTION], { tools }), 'LLM_TOOLS_UNSUPPORTED'],
    ['results of tools', asking([QUESTION, { role: 'tool', tool_call_id: '1', content: 'noted' }]), 'LLM_TOOLS_UNSUPPORTED'],
    ['more than its context', asking([{ role: 'user', content: 'word '.repeat(600) }]), 'LLM_TOO_LONG'],
  ])('%s', async (_what, request, code) => {
    for (let turn = 0; turn < 4; turn += 1) expect(await failure(chat, request)).toMatchObject({ code, details: { provider: 'local' } });
    expect(chat.health()).toEqual({ status: 'ok', detail: 'local' });
  });

  test('but tools that are not to be used do no harm', async () => {
    expect(await ask(chat, asking([QUESTION], { tools, tool_choice: 'none', max_tokens: 1 }))).not.toBe('');
  });
});

test('it stands in when the hosted ones fail', { timeout: FOREVER }, async () => {
  fakes.mistral.always({ kind: 'status', status: 500 });
  const both = await fakes.chat({ env: { MISTRAL_API_KEY: 'k' }, providers: { local: LOCAL }, threads: 1 });
  try {
    expect(both.health()).toEqual({ status: 'degraded', detail: 'mistral, local; failing: local' });
    await both.ready();
    expect(both.health()).toEqual({ status: 'ok', detail: 'mistral, local' });
    expect((await both.reply(asking([QUESTION]), new AbortController().signal)).provider).toBe('local');
  } finally {
    await both.close();
  }
});
