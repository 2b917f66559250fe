import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Chat } from '../../../inference/llm/chat.ts';
import type { ChatRequest } from '../../../inference/llm/provider.ts';
import type { FakeLlm } from '../../support/fake-llm.ts';
import { ask, collect, failure, FakeProviders, ONLY_MISTRAL } from '../../support/chat.ts';

const REQUEST: ChatRequest = { messages: [{ role: 'user', content: 'Bonjour' }] };

let fakes: FakeProviders;
let mistral: FakeLlm;
beforeEach(async () => {
  fakes = await FakeProviders.start();
  ({ mistral } = fakes);
});
afterEach(() => fakes[Symbol.asyncDispose]());

describe('the breaker', () => {
  test('after three failures in a row a provider is not asked any more', async () => {
    mistral.always({ kind: 'status', status: 500 });
    const both = await fakes.chat();
    for (let turn = 0; turn < 4; turn += 1) expect(await ask(both, REQUEST)).toBe('Bonjour, ici Scaleway.');
    expect(mistral.requests).toHaveLength(3);
    expect(both.health()).toEqual({ status: 'degraded', detail: 'mistral, scaleway; failing: mistral' });
  });

  test('requests that nobody would take do not open it', async () => {
    mistral.always({ kind: 'status', status: 422 });
    const only = await fakes.chat({ env: ONLY_MISTRAL });
    for (let turn = 0; turn < 4; turn += 1) expect(await failure(only, REQUEST)).toMatchObject({ code: 'LLM_REFUSED' });
    expect(mistral.requests).toHaveLength(4);
    expect(only.health()?.status).toBe('ok');
  });

  test('a model of the caller’s own choice that there is not does not open it; ours does', async () => {
    mistral.always({ kind: 'status', status: 404 });
    const only = await fakes.chat({ env: ONLY_MISTRAL });
    for (let turn = 0; turn < 4; turn += 1) expect(await failure(only, { ...REQUEST, model: 'gpt-9' })).toMatchObject({ code: 'LLM_REFUSED', details: { status: 404 } });
    expect(only.health()?.status).toBe('ok');
    for (const model of ['', 'mistral-nemo-instruct-2407', '']) expect(await failure(only, { ...REQUEST, model })).toMatchObject({ code: 'LLM_REFUSED' });
    expect(only.health()?.status).toBe('down');
  });

  test('a caller who gives up after the deadline counts, one who gives up early does not', async () => {
    mistral.always({ kind: 'stall', after: 0 });
    const giveUp = async (to: Chat): Promise<void> => {
      const abort = new AbortController();
      const asked = mistral.requests.length;
      const reply = collect(to, REQUEST, abort.signal);
      await expect.poll(() => mistral.requests.length, { interval: 5 }).toBe(asked + 1);
      abort.abort();
      await expect(reply).rejects.toMatchObject({ name: 'AbortError' });
    };
    const patient = await fakes.chat({ env: ONLY_MISTRAL, hosted: { firstTokenDeadline: 60_000 } });
    const late = await fakes.chat({ env: ONLY_MISTRAL, hosted: { firstTokenDeadline: 0 } });
    for (let turn = 0; turn < 3; turn += 1) {
      await giveUp(patient);
      await giveUp(late);
    }
    expect(patient.health()?.status).toBe('ok');
    expect(late.health()?.status).toBe('down');
    expect(await failure(late, REQUEST)).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

test('it is one for all rooms: what one of them met, the others need not meet', async () => {
  mistral.always({ kind: 'status', status: 503 });
  const chat = await fakes.chat();
  await Promise.all(['a', 'b', 'c'].map((room) => ask(chat, { messages: [{ role: 'user', content: room }] })));
  expect(await ask(chat, REQUEST)).toBe('Bonjour, ici Scaleway.');
  expect(mistral.requests).toHaveLength(3);
});

test('after 30 s one request is let through, and decides', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    mistral.always({ kind: 'status', status: 500 });
    const chat = await fakes.chat();
    for (let turn = 0; turn < 3; turn += 1) await ask(chat, REQUEST);
    mistral.always({ kind: 'reply', text: 'Me revoici.' });
    vi.setSystemTime(Date.now() + 29_999);
    expect(await ask(chat, REQUEST)).toBe('Bonjour, ici Scaleway.');
    vi.setSystemTime(Date.now() + 1);
    expect(await ask(chat, REQUEST)).toBe('Me revoici.');
    expect(chat.health()?.status).toBe('ok');
  } finally {
    vi.useRealTimers();
  }
});
