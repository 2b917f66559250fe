import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';

/** A Firefox with a profile of its own. */
export interface FirefoxPage {
  readonly page: Page;
  /** What the page has complained about so far. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Firefox: what `FIREFOX_PATH` names, else the one on PATH. */
function findFirefox(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [process.env['FIREFOX_PATH'] ?? '', ...['firefox-esr', 'firefox'].flatMap((name) => folders.map((folder) => join(folder, name)))];
  return candidates.find((file) => file !== '' && existsSync(file));
}

/** Whether the tests in Firefox must be passed over, for `test.skipIf`. Says so loudly. */
export function withoutFirefox(): boolean {
  if (findFirefox() !== undefined) return false;
  process.stderr.write('\n*** No Firefox: install one, or name it with FIREFOX_PATH. Its tests are SKIPPED. ***\n\n');
  return true;
}

/** Starts a Firefox, driven by WebDriver BiDi, and opens an empty page. Its microphone hums; its media take loopback addresses. */
export async function openFirefox(): Promise<FirefoxPage> {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error('no Firefox');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'intl.accept_languages': 'fr-FR',
      'media.autoplay.default': 0,
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.peerconnection.ice.force_interface': 'lo',
    },
  });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, close: () => browser.close() };
}
