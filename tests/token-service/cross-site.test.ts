import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../token-service/services.ts';
import { openBrowser, withoutChromium, type TestBrowser } from '../support/browser.ts';
import { startLiveKit, type LiveKitServer } from '../support/livekit-server.ts';
import { buildTokenService } from '../support/token-service.ts';

// What a real browser lets the pages of this service and of another site do. `127.0.0.1` and `localhost` are two sites.

const PAGE = '<!doctype html><title>page</title><body><script>window.inline = true</script><script src="/assets/app.js"></script>';

/** What the page tries for itself; its last word is what was refused to it. */
const SCRIPT = `
  const refused = new Set();
  const all = new Promise((resolve) => document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    refused.add(effectiveDirective);
    if (['script-src', 'script-src-elem', 'connect-src', 'img-src', 'frame-src'].every((directive) => refused.has(directive))) resolve();
  }));
  window.own = (async () => {
    // The inline script stands before this one: its refusal was told already, another's is not.
    document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.inline = true' }));
    document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/x.png' }), Object.assign(document.createElement('iframe'), { src: 'https://elsewhere.example/' }));
    const sound = new Audio(URL.createObjectURL(new Blob([new Uint8Array(64)], { type: 'audio/wav' })));
    await new Promise((resolve) => sound.addEventListener('error', resolve)); // no sound, but it was looked at
    let evaluated = false;
    try { evaluated = Function('return true')(); } catch {}
    await fetch('https://elsewhere.example/').catch(() => undefined);
    await all;
    return { inline: window.inline, evaluated, cookie: document.cookie, refused: [...refused].sort() };
  })();
`;

describe.skipIf(withoutChromium())('in a browser', () => {
  let livekit: LiveKitServer;
  let app: App;
  let other: Server;
  let browser: TestBrowser;
  let ours: string;
  let theirs: string;
  /** Cookies that came along, by method and path, since the test began. */
  const seen: [string, string | undefined][] = [];

  beforeAll(async () => {
    const web = mkdtempSync(join(tmpdir(), 'page-'));
    mkdirSync(join(web, 'assets'));
    writeFileSync(join(web, 'index.html'), PAGE);
    writeFileSync(join(web, 'assets/app.js'), SCRIPT);
    livekit = await startLiveKit();
    app = await buildTokenService({ livekit, web });
    ours = await app.listen({ host: '127.0.0.1', port: 0 });
    app.server.on('request', ({ method, url, headers }) => void seen.push([`${String(method)} ${String(url)}`, headers.cookie]));
    other = createServer((request, response) => void response.setHeader('content-type', 'text/html').end(request.url === '/' ? '<!doctype html><title>other</title>' : ''));
    await new Promise<void>((resolve) => other.listen(0, 'localhost', resolve));
    theirs = `http://localhost:${(other.address() as AddressInfo).port}/`;
    browser = await openBrowser();
    await browser.page.goto(ours);
    expect(await browser.page.evaluate("fetch('/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then(({ status }) => status)")).toBe(200);
  });
  afterAll(async () => {
    await browser.close();
    other.close();
    await app.close();
    await livekit.stop();
  });
  beforeEach(() => void seen.splice(0));

  const cookie = async (): Promise<string | undefined> => (await browser.page.context().cookies(ours)).find(({ name }) => name === 'eloquence_learner')?.value;

  it('the page runs its own script and no other, plays what it recorded, and reads no cookie', async () => {
    const { page } = browser;
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    await page.goto(ours);
    expect(await cookie()).toBeDefined();
    expect(await page.evaluate('window.own')).toEqual({ inline: undefined, evaluated: false, cookie: '', refused: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem'] });
    expect(warnings.filter((text) => text.includes('Permissions-Policy'))).toEqual([]);
  });

  it('a form of another site gets no token, and takes nobody’s place', async () => {
    const { page } = browser;
    const before = await cookie();
    for (const path of ['/token', '/learners', '/invitations']) {
      for (const [enctype, status] of [['text/plain', 400], ['application/x-www-form-urlencoded', 415], ['multipart/form-data', 415]] as const) {
        await page.goto(theirs);
        const [response] = await Promise.all([
          page.waitForResponse((candidate) => candidate.url() === `${ours}${path}`),
          page.waitForURL(`${ours}${path}`),
          page.evaluate(`
            const form = Object.assign(document.createElement('form'), { method: 'post', action: '${ours}${path}', enctype: '${enctype}' });
            form.innerHTML = \`<input name='{"participant":"x","participant_metadata":"' value='"}'>\`;
            document.body.append(form);
            form.submit();
          `),
        ]);
        expect([path, enctype, response.status(), response.headers()['set-cookie']]).toEqual([path, enctype, path === '/invitations' ? 401 : status, undefined]);
      }
    }
    expect(seen.filter(([what]) => what.startsWith('POST')).map(([, sent]) => sent)).toEqual(Array<undefined>(9).fill(undefined));
    expect(await cookie()).toBe(before);
  });

  it('a script of another site asks in nobody’s name, and reads no answer', async () => {
    const { page } = browser;
    const before = await cookie();
    await page.goto(theirs);
    const results = await page.evaluate(`
      const ask = (path, init) => fetch('${ours}' + path, { credentials: 'include', ...init }).then(({ type }) => type, () => 'refused');
      Promise.all([
        ask('/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
        ask('/token', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: '{}' }),
        ask('/learners', { method: 'POST', mode: 'no-cors' }),
        ask('/sessions', {}),
        ask('/exercises', { mode: 'no-cors' }),
      ]);
    `);
    // The last two by CORS and by Cross-Origin-Resource-Policy.
    expect(results).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
    expect(seen.filter(([, sent]) => sent !== undefined)).toEqual([]);
    expect(await cookie()).toBe(before);
  });

  it('a page of another site shows ours in no frame', async () => {
    const { page } = browser;
    await page.goto(theirs);
    await page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.addEventListener('load', resolve);
      frame.src = '${ours}';
      document.body.append(frame);
    })`);
    await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
  });
});
