import { expect, test } from 'vitest';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import type { HealthStatus } from '../../../protocol/health.ts';
import { FakeLlm } from '../../support/fake-llm.ts';
import { startInferenceAround } from '../../support/inference.ts';

test.each([
  ['all is well', 'ok', ['ok', 'ok'], 'ok'],
  ['the best voice is gone', 'ok', ['down', 'ok'], 'degraded'],
  ['the last voice is gone', 'ok', ['ok', 'down'], 'degraded'],
  ['no voice is left', 'ok', ['down', 'down'], 'down'],
  ['it hears by another engine', 'degraded', ['ok', 'ok'], 'degraded'],
  ['it does not hear', 'down', ['ok', 'ok'], 'down'],
] as const)('%s', async (_what, stt, [kokoro, pico], status) => {
  await using server = await startInferenceAround({
    recogniser: { health: () => ({ status: stt }) },
    synthesiser: { health: () => ({ kokoro: { status: kokoro }, pico: { status: pico } }) },
  });
  const reply = await fetch(`${server.url}/health`);
  expect(reply.status).toBe(status === 'down' ? 503 : 200);
  expect(await reply.json()).toMatchObject({ service: 'inference', status, parts: { stt: { status: stt }, 'tts.kokoro': { status: kokoro }, 'tts.pico': { status: pico } } });
});

test('a language model is a part only where one is configured, and the service does without', async () => {
  await using llm = await FakeLlm.start();
  await using without = await startInferenceAround({});
  await using server = await startInferenceAround({ llm });
  const look = async (url: string): Promise<{ status: HealthStatus; llm: HealthStatus | undefined }> => {
    const { status, parts } = await new InferenceClient(url).health();
    return { status, llm: parts['llm']?.status };
  };
  expect(await look(without.url)).toEqual({ status: 'ok', llm: undefined });
  expect(await look(server.url)).toEqual({ status: 'ok', llm: 'ok' });
  llm.always({ kind: 'status', status: 500 });
  for (let turn = 0; turn < 3; turn += 1) await fetch(`${server.url}/generate`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"prompt":"a"}' });
  expect(await look(server.url)).toEqual({ status: 'degraded', llm: 'down' });
});
