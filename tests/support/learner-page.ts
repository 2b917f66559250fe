import type { Page } from 'playwright-core';
import { openBrowser, type BrowserOptions, type TestBrowser } from './browser.ts';

/** A learner at the page, in a session. */
export interface LearnerPage extends TestBrowser {
  /** The room the page was let into. */
  readonly room: string;
}

export interface EntryOptions extends BrowserOptions {
  readonly exercise?: string;
  readonly typing?: boolean;
  readonly name?: string;
  /** What is to be done to the page before it is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** Opens the page, chooses an exercise, allows the microphone (or passes it by) and enters. */
export async function enterSession(url: string, { exercise = 'conversation_libre_marie', typing = false, name = 'Camille', prepare, ...options }: EntryOptions = {}): Promise<LearnerPage> {
  const browser = await openBrowser(options);
  const { page } = browser;
  await prepare?.(page);
  await page.goto(`${url}#${exercise}`);
  await page.getByLabel('Votre prénom').fill(name);
  if (!typing) await page.getByRole('button', { name: 'Activer le micro' }).click();
  const entered = nextRoom(page);
  await page.getByRole('button', { name: typing ? 'Continuer en écrivant' : 'Commencer la séance' }).click();
  const room = await entered;
  await page.getByRole('button', { name: 'Quitter' }).waitFor();
  return Object.assign(browser, { room });
}

/** The room of the next token that the page gets. */
export async function nextRoom(page: Page): Promise<string> {
  const response = await page.waitForResponse((candidate) => candidate.url().endsWith('/token') && candidate.ok());
  const { room } = (await response.json()) as { room: string };
  return room;
}
