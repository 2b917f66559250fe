import fc from 'fast-check';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeProviders } from '../../support/chat.ts';
import { FakeLlm, type LlmBehaviour } from '../../support/fake-llm.ts';
import { startInferenceAround } from '../../support/inference.ts';

const KEYS = { MISTRAL_API_KEY: 'sk-mistral-Zq81Pf', SCALEWAY_SECRET_KEY: 'scw-Zq81Pf-secret' };
const SAID = 'je m’appelle Zébulon';
const SECRET = /Zq81Pf|Zébulon/;
/** As bad as it gets: everything that the provider was sent, in whatever it answers. */
const ECHO = `key ${KEYS.MISTRAL_API_KEY} ${KEYS.SCALEWAY_SECRET_KEY} said ${SAID}`;

let fakes: FakeProviders;
let elsewhere: FakeLlm;
beforeAll(async () => {
  elsewhere = await FakeLlm.start();
});
afterAll(() => elsewhere[Symbol.asyncDispose]());
beforeEach(async () => {
  fakes = await FakeProviders.start();
});
afterEach(() => fakes[Symbol.asyncDispose]());

const askedSoFar = (): number => fakes.mistral.requests.length + fakes.scaleway.requests.length;

const status = fc.constantFrom(400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504);
const failing: fc.Arbitrary<LlmBehaviour> = fc.oneof(
  // Without a body of ours it quotes the request, key included, in body and headers.
  fc.record({ kind: fc.constant('status' as const), status }),
  fc.record({ kind: fc.constant('status' as const), status: fc.oneof(status, fc.constant(200)), body: fc.constantFrom(`<html><body>${ECHO}</body></html>`, JSON.stringify({ error: { message: ECHO, stack: `Error: ${ECHO}\n at x.js:1` } }), `{"${ECHO}`, '') }),
  fc.record({ kind: fc.constant('garbage' as const), data: fc.constantFrom(ECHO, JSON.stringify({ choices: ECHO }), JSON.stringify({ error: { message: ECHO } }), JSON.stringify({ choices: [{ index: 0, delta: 7, key: ECHO }] }), 'null') }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'end-early' as const, 'stall' as const), after: fc.constantFrom(0, 2) }),
  fc.record({ kind: fc.constant('redirect' as const), status: fc.constantFrom(301, 302, 303, 307, 308), to: fc.constantFrom('elsewhere', '/v1/other') }),
);
const request = fc.record({ stream: fc.boolean(), format: fc.constantFrom(undefined, { type: 'json_object' }), order: fc.constantFrom(['mistral', 'scaleway'] as const, ['scaleway', 'mistral'] as const) });

test('no failure of a provider shows a key or what was said, anywhere', { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(failing, failing, request, async (first, second, { stream, format, order }) => {
    const here = (behaviour: LlmBehaviour): LlmBehaviour => (behaviour.kind === 'redirect' && behaviour.to === 'elsewhere' ? { ...behaviour, to: `${elsewhere.url}/v1/chat/completions?${encodeURIComponent(ECHO)}` } : behaviour);
    fakes.mistral.always(here(first));
    fakes.scaleway.always(here(second));
    const asked = askedSoFar();
    const logged: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
    const registry = new Registry();
    const chat = await fakes.chat({ env: KEYS, log, registry, llm: { order: [...order] }, hosted: { firstTokenDeadline: 60, stallDeadline: 90 } });
    await using server = await startInferenceAround({ chat, log, registry });
    const body = { messages: [{ role: 'user', content: SAID }], stream, ...(format && { response_format: format }) };

    const reply = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const shown = [JSON.stringify([...reply.headers]), await reply.text()];
    for (const path of ['/health', '/metrics']) shown.push(await (await fetch(server.url + path)).text());
    const failure: unknown = await chat.reply(body, new AbortController().signal).then(({ chunks }) => Array.fromAsync(chunks)).catch((error: unknown) => error);
    shown.push(inspect(failure, { depth: null, showHidden: true }), ...logged);

    expect(askedSoFar()).toBeGreaterThan(asked);
    for (const text of shown) expect(text).not.toMatch(SECRET);
    expect(elsewhere.requests).toEqual([]);
  }), { numRuns: 40 });
});

test.each([301, 302, 303, 307, 308])('status %i leads nobody to another host, and not to another path of the same', async (redirection) => {
  fakes.mistral.always({ kind: 'redirect', status: redirection, to: `${elsewhere.url}/v1/chat/completions` });
  fakes.scaleway.always({ kind: 'redirect', status: redirection, to: '/v2/chat/completions' });
  const chat = await fakes.chat({ env: KEYS });
  await expect(chat.reply({ messages: [{ role: 'user', content: SAID }] }, new AbortController().signal)).rejects.toMatchObject({ code: 'LLM_FAILED', details: { reason: `it answered ${redirection}` } });
  expect([elsewhere.requests.length, fakes.mistral.requests.length, fakes.scaleway.requests.length]).toEqual([0, 1, 1]);
});
