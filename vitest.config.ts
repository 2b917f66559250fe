import { defineConfig } from 'vitest/config';

/** What listens and speaks in real time, loads models or opens a browser: these have both cores to themselves, one file at a time. */
const REAL = [
  'e2e/**/*', 'web/*', 'inference/{main,server}', 'inference/outsiders/real-engines', 'inference/llm/local', 'inference/stt/{any-language,long-speech,noises,openai-compatible,recogniser,recognition-stream,vosk,whisper-devices}', 'inference/tts/{levels,round-trip,synthesiser}',
  'ops/doctor/**/*', 'ops/up/up', 'token-service/{access,coach-leases,cross-site,many-sessions,mobile}', 'token-service/access/scopes',
].map((files) => `tests/${files}.test.ts`);

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    setupFiles: ['tests/support/setup.ts'],
    reporters: ['default', ['json', { outputFile: 'coverage/tests.json' }]],
    coverage: {
      provider: 'v8',
      include: ['{core,protocol,coaching,inference,agent,token-service,ops}/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      { extends: true, test: { name: 'light', include: ['tests/**/*.test.ts'], exclude: REAL, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'real', include: REAL, maxWorkers: 1, sequence: { groupOrder: 1 }, testTimeout: 120_000 } },
    ],
  },
});
