import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES } from '../../protocol/room.ts';
import type { SessionReview } from '../../protocol/session-review.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { withoutChromium } from '../support/browser.ts';
import { pageStage } from '../support/page-stage.ts';
import { openSummary, review } from './fake-history.ts';

/** Leaves, and lets the page's own waiting pass at once until `words` are there. */
async function leaveUntil(page: Page, words: string): Promise<void> {
  await page.clock.install();
  await page.getByRole('button', { name: 'Quitter' }).click();
  await page.getByRole('heading', { name: 'Séance terminée' }).waitFor();
  await expect.poll(async () => {
    await page.clock.fastForward(5_000);
    return page.getByText(words).isVisible();
  }).toBe(true);
}

describe.skipIf(withoutChromium())('after a session', () => {
  const stage = pageStage();

  /** A session in which both have said something; the service answers for it with what `service.says`. */
  const talk = async (says: SessionReview | 'nothing') => {
    const service = { says };
    const { page, coach } = await stage.meet({
      typing: true,
      prepare: (page) => page.route('**/sessions/*', (route) => (service.says === 'nothing' ? route.abort('connectionrefused') : route.fulfill({ json: service.says }))),
    });
    await coach.says('Bonjour.');
    await coach.hears('u1', 'Bonjour à vous.', { final: true });
    await page.getByText('Bonjour à vous.').waitFor();
    return { page, coach, service };
  };

  it('shows what this page heard, then what the service has, once that has an end', async () => {
    const { page, coach, service } = await talk(review({ session: openSummary('room-1'), turns: [] }));
    await coach.is({ [COACH_ATTRIBUTES.stage]: 'ended' });
    await page.getByRole('heading', { name: 'Séance terminée' }).waitFor();
    await page.getByText('Le coach a conclu la séance.').waitFor();
    await page.getByText('Le compte rendu se prépare.').waitFor();
    expect(await page.getByRole('definition').allTextContents()).toEqual([expect.stringMatching(/^\d:\d\d$/), '3', '1']);
    expect(await page.getByRole('list').first().innerText()).toMatch(/Marie[^]*Bonjour\.[^]*Vous[^]*Bonjour à vous\./);
    expect(await accessibilityFaults(page)).toEqual([]);
    service.says = review();
    await page.getByRole('button', { name: 'Je prépare un exposé.' }).waitFor();
    expect(await page.evaluate(() => location.hash)).toMatch(/^#sessions\/.+/);
    await page.getByRole('link', { name: 'Recommencer' }).click();
    await page.getByRole('heading', { name: 'Exercice conversation_libre_marie' }).waitFor();
  });

  it('offers to go on with a session that was left and is still open', async () => {
    const { page } = await talk(review({ session: openSummary('room-1') }));
    await leaveUntil(page, 'Cette séance est encore ouverte.');
    await page.getByRole('link', { name: 'Reprendre' }).click();
    await page.getByText('Vous reprenez une séance commencée.').waitFor();
  });

  it('keeps the conversation where the service cannot be reached, and asks again when told to', async () => {
    const { page, service } = await talk('nothing');
    await leaveUntil(page, 'Le compte rendu n’est pas disponible.');
    expect(await page.getByText('Bonjour à vous.').isVisible()).toBe(true);
    service.says = review();
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByText('Je prépare un exposé.').waitFor();
  });

  it('loses nothing to the browser’s “back”', async () => {
    const { page, coach } = await talk('nothing');
    await page.evaluate(() => {
      location.hash = '';
    });
    await page.getByRole('heading', { name: 'Séance terminée' }).waitFor();
    await expect.poll(() => coach.room.remoteParticipants.size).toBe(0);
    expect(await page.getByText('Bonjour à vous.').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Autre exercice' }).click();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
  });
});
