import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../ops/doctor/check.ts';
import { doctor } from '../../../ops/doctor/doctor.ts';
import type { ServiceName } from '../../../ops/up/services.ts';
import { FakeLlm } from '../../support/fake-llm.ts';
import { startTestStack, type TestStack } from '../../support/stack.ts';

interface Report { readonly ok: boolean; readonly score: number; readonly findings: readonly Finding[] }

let provider: FakeLlm;
let stack: TestStack;
beforeAll(async () => {
  provider = await FakeLlm.start({ dialect: 'openai' });
  stack = await startTestStack({ env: { OPENAI_API_KEY: 'a-key', OPENAI_BASE_URL: `${provider.url}/v1` } });
});
afterAll(async () => {
  await stack.stop();
  await provider[Symbol.asyncDispose]();
});

async function examine(): Promise<Report & { code: number; of: (id: string) => Finding & { fix?: string } }> {
  let output = '';
  const code = await doctor({ json: true }, stack.stack.env, { write: (text) => (output += text) });
  const report = JSON.parse(output) as Report;
  return { ...report, code, of: (id) => report.findings.find((finding) => finding.id === id) ?? expect.unreachable(`no finding ${id}`) };
}

/** As somebody would who ends it for good: the supervisor does not bring it back. */
const stop = async (name: ServiceName): Promise<void> => stack.stack.processes.get(name)?.stop();

describe('the doctor beside a running stack', () => {
  it('is content with all of it', async () => {
    const { ok, code, score, findings, of } = await examine();
    expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
    expect([ok, code]).toEqual([true, 0]);
    expect(score).toBeGreaterThan(90);
    expect(of('ports').detail).toContain(`inference ${String(stack.stack.config.inference.port)}`);
    for (const level of ['kokoro', 'pico', 'espeak']) expect(of(`tts-${level}`).detail).toMatch(/words came back/);
    expect(of('llm').detail).toContain('answered after');
    expect(of('first-word').detail).toContain('the coach spoke');
  });

  it('tells a key that the provider does not take, and never the key', async () => {
    provider.always({ kind: 'status', status: 401 });
    const { code, of, findings } = await examine();
    expect(code).toBe(1);
    expect(of('llm')).toMatchObject({ status: 'failed' });
    expect(of('llm').fix).toMatch(/key/);
    expect(findings.filter(({ status }) => status === 'failed')).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain('a-key');
  });

  it('names the one part that is stopped, what to do about it, and still looks at the rest', async () => {
    await stop('inference');
    const { code, of } = await examine();
    expect(code).toBe(1);
    expect(of('inference')).toMatchObject({ status: 'failed', detail: expect.stringContaining(stack.stack.addresses.inference) as string });
    expect(of('inference').fix).toMatch(/npm start.*inference\.log/);
    expect(of('tts-kokoro')).toMatchObject({ status: 'skipped', detail: 'needs inference' });
    for (const id of ['node', 'data-folder', 'exercises', 'ports', 'livekit', 'agent', 'page']) expect(of(id).status).toBe('ok');
    expect(of('ports').detail).toContain('free');
  });

  it('says who cannot be heard when the coach is stopped', async () => {
    await stop('agent');
    const { of } = await examine();
    expect(of('agent')).toMatchObject({ status: 'failed' });
    expect(of('agent').fix).toContain('agent.log');
    expect(of('livekit').status).toBe('ok');
    expect(of('first-word')).toMatchObject({ status: 'skipped', detail: 'needs agent' });
  });

  it('says that nothing runs when nothing does', async () => {
    await stack.stack.stop();
    // The configuration outlives its file, which the stack takes along.
    const { config } = stack.stack;
    const env = { ...stack.stack.env, ELOQUENCE_CONFIG: '', LIVEKIT_URL: config.livekit.url, INFERENCE_URL: config.inference.url, TOKEN_SERVICE_URL: config.tokenService.url };
    let output = '';
    expect(await doctor({}, env, { write: (text) => (output += text) })).toBe(1);
    expect(output).toMatch(/✗ token-service +nothing answers/);
    expect(output).toMatch(/Score \d+ of 100: \d+ of \d+ checks failed/);
  });
});
