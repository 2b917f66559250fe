import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES, COACH_RPC } from '../../protocol/room.ts';
import { openBrowser, PHONE, withoutChromium, type TestBrowser } from '../support/browser.ts';
import { hostPage, type PageHost } from '../support/page-host.ts';
import { nextRoom } from '../support/learner-page.ts';
import { StandInCoach } from '../support/stand-in-coach.ts';
import { fakeHistory, review, summary } from './fake-history.ts';

/** More than there are on any screen. */
const TABS = 40;

/** Tabs until what has the focus is called `name`. What has it must be seen. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < TABS; step++) {
    await page.keyboard.press('Tab');
    const { text, seen } = await page.evaluate(() => {
      // Past the last one stands the page itself.
      const focused = document.activeElement === document.body ? null : document.activeElement;
      const label = focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement ? (focused.labels?.[0]?.textContent ?? '') : '';
      return { text: [focused?.ariaLabel, label, focused?.textContent].join(' '), seen: focused?.checkVisibility() ?? true };
    });
    expect(seen).toBe(true);
    if (name.test(text)) return;
  }
  throw new Error(`no way by Tab to ${name.source}`);
}

/** What has the focus when a screen has come. */
const focusedHeading = (page: Page): Promise<string | undefined> => page.evaluate(() => (document.activeElement?.tagName === 'H1' ? document.activeElement.textContent : undefined));

describe.skipIf(withoutChromium())('a whole visit with the keyboard alone', () => {
  let host: PageHost;
  let browser: TestBrowser | undefined;
  let coach: StandInCoach | undefined;
  beforeAll(async () => {
    host = await hostPage();
  });
  afterAll(() => host.close());
  afterEach(async () => {
    await coach?.leave();
    await browser?.close();
  });

  it('leads from choosing to looking back; each new screen begins with its heading', async () => {
    const { page } = (browser = await openBrowser({ viewport: PHONE }));
    await fakeHistory(page, { sessions: [summary()], reviews: [review()] });
    await page.goto(host.url);
    await page.getByRole('article').first().waitFor();
    await expect.poll(() => focusedHeading(page)).toBe('Choisissez un exercice');

    await tabTo(page, /conversation_libre_marie/);
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedHeading(page)).toBe('Exercice conversation_libre_marie');
    await tabTo(page, /Votre prénom/);
    await page.keyboard.type('Camille');
    await tabTo(page, /Activer le micro/);
    await page.keyboard.press('Enter');
    await page.getByText('Nous vous entendons bien.').waitFor();
    await tabTo(page, /Tester pendant/);
    await tabTo(page, /Enregistrer la séance/);
    await page.keyboard.press('Space');
    await tabTo(page, /Commencer la séance/);
    const entered = nextRoom(page);
    await page.keyboard.press('Enter');
    coach = await StandInCoach.join(host.livekit, await entered);
    await expect.poll(() => focusedHeading(page)).toBe('Exercice conversation_libre_marie');
    await coach.is({ 'lk.agent.state': 'listening', [COACH_ATTRIBUTES.stage]: 'running' });
    await page.getByText('Marie vous écoute').waitFor();

    await tabTo(page, /Son et micro/);
    await page.keyboard.press('Enter');
    await tabTo(page, /Volume du coach/);
    await page.keyboard.press('ArrowLeft');
    await page.getByText('95 %').waitFor();
    await page.keyboard.press('Escape');
    await tabTo(page, /Écrire au coach/);
    await page.keyboard.type('Bonjour');
    await page.keyboard.press('Enter');
    await coach.reads('Bonjour');
    await tabTo(page, /Répéter/);
    await page.keyboard.press('Enter');
    await coach.isAsked(COACH_RPC.repeat);
    await tabTo(page, /Quitter/);
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedHeading(page)).toBe('Séance terminée');

    await tabTo(page, /Mes séances/);
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedHeading(page)).toBe('Mes séances');
    await page.getByRole('article').waitFor();
    await tabTo(page, /conversation_libre_marie/);
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedHeading(page)).toBe('Compte rendu');
    await tabTo(page, /Bonjour Marie\./);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.querySelector<HTMLAudioElement>('audio[data-replay]')?.currentTime ?? 0)).toBeGreaterThan(5);
  });
});
