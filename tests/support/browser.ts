import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

export interface BrowserOptions {
  /**
   * A WAV file that is the microphone, again and again; `beep`: Chromium's own, a beep a second; `denied`: the learner
   * says no; `missing`: there is none. Default `beep`.
   */
  readonly microphone?: { readonly wav: string } | 'beep' | 'denied' | 'missing';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Default `reduce`: motion would make two screenshots of one state differ. */
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** What the browser speaks, default `fr-FR`. */
  readonly locale?: string;
  /** Whether pages hold sound back until the learner has clicked or pressed a key, default no. */
  readonly holdsSoundBack?: boolean;
  /** A host name that leads to this machine but is no secure context for the browser. */
  readonly hostName?: string;
}

/** A page in a Chromium, with a profile of its own. */
export interface TestBrowser {
  readonly page: Page;
  /** What the page has complained about so far: errors on its console, exceptions nobody caught. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1_280, height: 800 };

/** Chromium: what `CHROMIUM_PATH` names, else the one on PATH. */
function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [process.env['CHROMIUM_PATH'] ?? '', ...['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)))];
  return candidates.find((file) => file !== '' && existsSync(file));
}

/**
 * Whether browser tests must be passed over, for `describe.skipIf`. Says so loudly; in CI it is an error instead.
 */
export function withoutChromium(): boolean {
  if (findChromium() !== undefined) return false;
  const words = 'No Chromium: install one, or name it with CHROMIUM_PATH.';
  if (process.env['CI']) throw new Error(words);
  process.stderr.write(`\n*** ${words} The browser tests are SKIPPED. ***\n\n`);
  return true;
}

/** One Chromium for each set of flags: starting one costs more than most tests. They end with this process. */
const started = new Map<string, Promise<Browser>>();

function chromiumWith(flags: readonly string[]): Promise<Browser> {
  const key = flags.join(' ');
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium');
  const browser = started.get(key) ?? chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...flags],
  });
  started.set(key, browser);
  return browser;
}

/** Opens an empty page with a profile of its own. */
export async function openBrowser({ microphone = 'beep', viewport = DESKTOP, colorScheme = 'light', reducedMotion = 'reduce', locale = 'fr-FR', holdsSoundBack = false, hostName }: BrowserOptions = {}): Promise<TestBrowser> {
  const browser = await chromiumWith([
    ...microphoneFlags(microphone),
    ...(holdsSoundBack ? ['--autoplay-policy=document-user-activation-required'] : []),
    ...(hostName ? [`--host-resolver-rules=MAP ${hostName} 127.0.0.1`] : []),
  ]);
  const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, close: () => context.close() };
}

function microphoneFlags(microphone: NonNullable<BrowserOptions['microphone']>): string[] {
  const fake = ['--use-fake-device-for-media-stream'];
  if (microphone === 'missing') return ['--use-fake-ui-for-media-stream'];
  // Nobody is there to answer, and a headless browser takes that for a no.
  if (microphone === 'denied') return fake;
  const sound = microphone === 'beep' ? [] : [`--use-file-for-fake-audio-capture=${microphone.wav}`];
  return ['--use-fake-ui-for-media-stream', ...fake, ...sound];
}
