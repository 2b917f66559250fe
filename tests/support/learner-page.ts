import type { Page } from 'playwright-core';
import { openBrowser, type BrowserOptions, type TestBrowser } from './browser.ts';

/** A learner at the page, in a session. */
export interface LearnerPage extends TestBrowser {
  /** The room the page was let into. */
  readonly room: string;
}

/** Opens the page, chooses an exercise, allows the microphone (or passes it by) and enters. */
export async function enterSession(url: string, { exercise = 'conversation_libre_marie', typing = false, name = 'Camille', ...options }: BrowserOptions & { exercise?: string; typing?: boolean; name?: string } = {}): Promise<LearnerPage> {
  const browser = await openBrowser(options);
  const { page } = browser;
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
