import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../support/accessibility.ts';
import { withoutChromium } from '../support/browser.ts';
import { pageStage } from '../support/page-stage.ts';
import { fakeHistory, openSummary, review, summary } from './fake-history.ts';

/** What the page plays, as seconds from the recording's beginning. */
const playedAt = (page: Page): Promise<number> => page.evaluate(() => document.querySelector<HTMLAudioElement>('audio[data-replay]')?.currentTime ?? -1);

describe.skipIf(withoutChromium())('the history', () => {
  const stage = pageStage();

  const open = async (kept: Parameters<typeof fakeHistory>[1], path = '#sessions') => {
    const { page } = await stage.browser();
    const history = await fakeHistory(page, kept);
    await page.goto(stage.url(path));
    return { page, history };
  };

  it('lists the sessions with exercise, day, length, words and state, a page at a time', async () => {
    const { page, history } = await open({ sessions: [openSummary('room-7'), summary()], older: [summary({ id: 's0', reason: 'left', recorded: false, words: 1 })] });
    const rows = page.getByRole('article');
    await rows.first().waitFor();
    expect(await rows.nth(0).innerText()).toMatch(/encore ouverte[^]*Reprendre/);
    expect(await rows.nth(1).innerText()).toMatch(/20 novembre 2026[^]*5 min[^]*412 mots[^]*menée à son terme[^]*enregistrée/);
    await page.getByRole('button', { name: 'Séances plus anciennes' }).click();
    expect(await rows.nth(2).innerText()).toMatch(/1 mot[^]*quittée/);
    expect(history.asked).toContain('GET /sessions?limit=20&before=older');
    expect(await page.getByRole('button', { name: 'Séances plus anciennes' }).count()).toBe(0);
    await rows.nth(0).getByRole('link', { name: 'Reprendre' }).click();
    await page.getByText('Vous reprenez une séance commencée.').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Mes séances' }).waitFor();
  });

  it('is empty at first, and says what will be there', async () => {
    const { page } = await open({});
    await page.getByText('Aucune séance pour le moment').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Choisir un exercice' }).click();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
  });

  it('says that it cannot be had, and tries again', async () => {
    const { page } = await open({ sessions: [summary()] }, '');
    await page.route('**/sessions?*', (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: 'Mes séances' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('Vos séances n’ont pas pu être chargées. Le service ne répond pas.');
    await page.unroute('**/sessions?*');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByRole('article').waitFor();
  });

  it('hands all of it to the learner', async () => {
    const { page } = await open({ sessions: [summary()] });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Télécharger mes données' }).click();
    const file = await (await download).path();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ sessions: [{ id: 's1' }] });
    await page.getByText('Vos données sont téléchargées.').waitFor();
  });

  it('erases all of it, once the learner has said so twice', async () => {
    const { page, history } = await open({ sessions: [summary()] });
    const erase = page.getByRole('button', { name: 'Tout effacer' });
    await erase.click();
    const dialog = page.getByRole('dialog', { name: 'Effacer toutes mes séances ?' });
    await dialog.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Annuler' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await erase.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(history.asked).not.toContain('DELETE /learners/me');
    await erase.click();
    await dialog.getByRole('button', { name: 'Effacer pour toujours' }).click();
    await page.getByText('Tout est effacé.').waitFor();
    await page.getByText('Aucune séance pour le moment').waitFor();
    expect(history.asked).toContain('DELETE /learners/me');
  });

  it('says that erasing failed, and keeps the way open', async () => {
    const { page } = await open({ sessions: [summary()] });
    await page.route('**/learners/me', (route) => route.abort('connectionrefused'));
    await page.getByRole('button', { name: 'Tout effacer' }).click();
    await page.getByRole('button', { name: 'Effacer pour toujours' }).click();
    await page.getByText('L’effacement n’a pas abouti. Le service ne répond pas.').waitFor();
    expect(await page.getByRole('button', { name: 'Effacer pour toujours' }).isEnabled()).toBe(true);
  });

  it('opens a session: figures, words and times, and what comes next', async () => {
    const { page } = await open({ sessions: [summary()], reviews: [review()] });
    await page.getByRole('link', { name: 'Exercice conversation_libre_marie' }).click();
    await page.getByRole('heading', { name: 'Compte rendu' }).waitFor();
    await page.getByText('Bonjour, je suis Marie.').waitFor();
    expect(await page.getByRole('definition').allInnerTexts()).toEqual(['4:45', '412', expect.stringMatching(/^132\s+mots\/min$/), expect.stringMatching(/^14\s+la plus longue\s: 1,8\ss$/), expect.stringMatching(/Vous 58\s%[^]*Coach 42\s%/)]);
    expect(await page.getByRole('list').first().innerText()).toMatch(/Marie\s+0:01[^]*Vous\s+0:05[^]*Vous\s+0:09 · écrit/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: /Ensuite/ }).click();
    await page.getByRole('heading', { name: 'Exercice simulation_entretien' }).waitFor();
  });

  it('erases one session, and leads back to the others', async () => {
    const { page, history } = await open({ sessions: [summary(), summary({ id: 's2' })], reviews: [review()] }, '#sessions/s1');
    await page.getByRole('button', { name: 'Effacer cette séance' }).click();
    await page.getByRole('dialog', { name: 'Effacer cette séance ?' }).getByRole('button', { name: 'Effacer pour toujours' }).click();
    await page.getByRole('heading', { name: 'Mes séances' }).waitFor();
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
    expect(history.asked).toContain('DELETE /sessions/s1');
  });

  it('plays a sentence again that is clicked, and nothing that was typed', async () => {
    const { page } = await open({ reviews: [review()] }, '#sessions/s1');
    await page.getByRole('button', { name: 'Je prépare un exposé.' }).click();
    await expect.poll(() => playedAt(page)).toBeGreaterThanOrEqual(6);
    expect(await playedAt(page)).toBeLessThan(9);
    await page.getByRole('button', { name: 'Mettre en pause' }).click();
    await page.getByRole('button', { name: 'De quoi parlons-nous ?' }).click();
    await expect.poll(() => page.locator('.sentence[aria-current]').allTextContents()).toEqual(['De quoi parlons-nous ?']);
    expect(await playedAt(page)).toBeLessThan(5);
    await page.getByRole('slider', { name: 'Position dans la séance' }).fill('10000');
    await expect.poll(() => playedAt(page)).toBeGreaterThanOrEqual(10);
    expect(await page.getByRole('button', { name: 'Un exposé sur la mer.' }).count()).toBe(0);
  });

  it('says that a recording cannot be played', async () => {
    const { page } = await open({ reviews: [review()] }, '#sessions/s1');
    await page.route('**/recordings/**', (route) => route.fulfill({ status: 503, body: '' }));
    await page.getByRole('button', { name: 'Bonjour Marie.' }).click();
    await page.getByText('Le son ne peut pas être lu pour le moment.').waitFor();
  });

  it('tells where nothing was recorded, or too little said', async () => {
    const { page } = await open({ reviews: [review({ recordings: [], measures: {} })] }, '#sessions/s1');
    await page.getByText('Cette séance n’a pas été enregistrée').waitFor();
    expect(await page.getByText('trop peu de parole pour le dire').count()).toBe(3);
    expect(await page.getByRole('button', { name: 'Bonjour Marie.' }).count()).toBe(0);
  });

  it('says that a session is not there', async () => {
    const { page } = await open({}, '#sessions/gone');
    expect(await page.getByRole('alert').innerText()).toContain('Ce navigateur n’a encore tenu aucune séance ici.');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
