import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpeechLevelState } from '../../../protocol/inference-status.ts';
import { accessibilityFaults } from '../../support/accessibility.ts';
import { openBrowser, PHONE, withoutChromium } from '../../support/browser.ts';
import { startInferenceAround, TEST_SERVICE_TOKEN, type TestInference } from '../../support/inference.ts';

// The operator's page and switch, as somebody would have them who means no good.

const HOSTILE = '<img src=x onerror="document.title=\'broken in\'">';
const state = (level: string, more: Partial<SpeechLevelState> = {}): SpeechLevelState => ({ level, enabled: true, status: 'ok', breaker: 'closed', targetMs: 150, measuredMs: 98, backlogMs: 0, ...more });

let server: TestInference;
let switched: unknown[][];
beforeEach(async () => {
  switched = [];
  server = await startInferenceAround({ synthesiser: {
    enable: (...args) => switched.push(args),
    levels: () => [state(HOSTILE, { detail: HOSTILE }), state('pico', { breaker: 'open', status: 'down', detail: 'rests for half a minute after three failures in a row', lastError: { at: 1_700_000_000_000, code: 'ENGINE_UNAVAILABLE' } })],
    cache: () => ({ entries: 1_234, bytes: 45e6, diskEntries: 888, diskBytes: 210e6, hits: 12_345, misses: 678 }),
  } });
});
afterEach(() => server[Symbol.asyncDispose]());

describe.skipIf(withoutChromium())('the page', () => {
  it.each(['light', 'dark'] as const)('fits a phone, is readable there, and runs nothing that a name holds: %s', async (colorScheme) => {
    const browser = await openBrowser({ viewport: PHONE, colorScheme });
    const { page, complaints } = browser;
    try {
      await page.goto(server.url);
      await page.getByText(HOSTILE).first().waitFor();
      expect(await page.title()).toBe('Eloquence inference');
      expect(await page.evaluate('[...document.querySelectorAll("html, section")].every((box) => box.scrollWidth <= box.clientWidth)')).toBe(true);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('takes no script but its own', async () => {
    const browser = await openBrowser();
    const { page } = browser;
    try {
      await page.goto(server.url);
      await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = 1' }), Object.assign(document.createElement('script'), { src: 'data:text/javascript,document.title=2' }))");
      await page.getByText(HOSTILE).first().waitFor();
      expect(await page.title()).toBe('Eloquence inference');
    } finally {
      await browser.close();
    }
  });
});

it.each(['/', '/page.css', '/page.js'])('%s may be framed by nobody, is what it says it is, and is asked for anew', async (path) => {
  const { headers } = await fetch(`${server.url}${path}`);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';(?!.*unsafe).* frame-ancestors 'none';/);
  expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-cache']);
});

describe('PUT /levels/:level', () => {
  const put = (level: string, headers: Record<string, string>, body = '{"enabled":false}'): Promise<Response> => fetch(`${server.url}/levels/${level}`, { method: 'PUT', headers: { 'content-type': 'application/json', ...headers }, body });

  it('asks who comes before it looks at what is said', async () => {
    const reply = await put('kokoro', {}, '{"enabled":');
    expect([reply.status, await reply.json()]).toMatchObject([401, { error: { code: 'UNAUTHORIZED' } }]);
  });

  it.each([
    ['another scheme', `Basic ${TEST_SERVICE_TOKEN}`],
    ['the token alone', TEST_SERVICE_TOKEN],
    ['two spaces', `Bearer  ${TEST_SERVICE_TOKEN}`],
    ['a part of it', `Bearer ${TEST_SERVICE_TOKEN.slice(0, -1)}`],
    ['more than it', `Bearer ${TEST_SERVICE_TOKEN}, Bearer x`],
    ['8 KB', `Bearer ${'a'.repeat(8_000)}`],
  ])('is closed to %s', async (_what, authorization) => {
    expect((await put('kokoro', { authorization })).status).toBe(401);
    expect(switched).toEqual([]);
  });

  it('answers a name as JSON, whatever is in it', async () => {
    const reply = await put(encodeURIComponent('<script>alert(1)</script>'), { authorization: `Bearer ${TEST_SERVICE_TOKEN}` });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  });

  it('lets no page of another origin in', async () => {
    const asked = await fetch(`${server.url}/levels/kokoro`, { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' } });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([404, null]);
    expect((await fetch(`${server.url}/status`, { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin')).toBeNull();
  });
});
