import Fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { createLogger } from '../../core/log.ts';
import { Alerts, type Alert } from '../../inference/alerts.ts';

const log = createLogger('test', 'silent');
const fallback: Alert = { kind: 'tts_fallback', engine: 'kokoro', code: 'ENGINE_FAILED' };
let clock: ManualClock;
let received: unknown[];
let app: FastifyInstance;
let webhook: string;

beforeEach(async () => {
  clock = new ManualClock();
  received = [];
  app = Fastify();
  app.post('/hook', ({ body }) => {
    received.push(body);
    return {};
  });
  webhook = `${await app.listen({ host: '127.0.0.1', port: 0 })}/hook`;
});

afterEach(() => app.close());

const alerts = (to: string | undefined = webhook, registry = new Registry()): Alerts => new Alerts({ webhook: to, log, registry, clock });

it('posts an alert at once, and a burst of the same as one more with its count', async () => {
  const told = alerts();
  for (let times = 0; times < 5; times += 1) told.raise(fallback);
  told.raise({ ...fallback, engine: 'pico' });
  await expect.poll(() => received).toHaveLength(2);
  expect(received).toContainEqual({ service: 'inference', kind: 'tts_fallback', engine: 'kokoro', code: 'ENGINE_FAILED', count: 1, at: expect.stringMatching(/^\d{4}-/) as unknown });
  clock.advance(60_000);
  await expect.poll(() => received).toHaveLength(3);
  expect(received.at(-1)).toMatchObject({ engine: 'kokoro', count: 4 });
  told.raise(fallback);
  await expect.poll(() => received).toHaveLength(4);
});

it('counts all of them, with a webhook or without', async () => {
  const registry = new Registry();
  const quiet = new Alerts({ webhook: undefined, log, registry, clock });
  quiet.raise(fallback);
  quiet.raise(fallback);
  expect(await registry.metrics()).toContain('inference_alerts_total{kind="tts_fallback",engine="kokoro"} 2');
});

it.each(['http://127.0.0.1:1/closed', 'https://no.such.host.invalid/'])('lives with a webhook that is not there: %s', async (to) => {
  alerts(to).raise(fallback);
  alerts().raise(fallback);
  await expect.poll(() => received).toHaveLength(1);
});
