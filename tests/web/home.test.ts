import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Exercise } from '../../coaching/exercise.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { withoutChromium, type BrowserOptions, type TestBrowser } from '../support/browser.ts';
import { exerciseNamed, exercisesFolder } from '../support/exercises-folder.ts';
import { pageStage } from '../support/page-stage.ts';
import { fakeHistory, openSummary } from './fake-history.ts';

/** Four exercises that differ in all that can be filtered by. */
function variedExercises(): string {
  const folder = exercisesFolder('conversation_libre_marie');
  const others: Partial<Exercise>[] = [
    { id: 'entretien', title: 'L’entretien', durationMinutes: 8, difficulty: 'intermediate', focusAreas: ['clarity', 'fluency'] },
    { id: 'negociation', title: 'La négociation', durationMinutes: 7, difficulty: 'advanced', focusAreas: ['persuasion'] },
    { id: 'small_talk', title: 'Small talk', durationMinutes: 3, difficulty: 'beginner', focusAreas: ['engagement'], language: 'en' },
  ];
  for (const changes of others) writeFileSync(join(folder, `${changes.id ?? ''}.json`), JSON.stringify({ ...exerciseNamed(changes.id ?? ''), ...changes }));
  return folder;
}

describe.skipIf(withoutChromium())('the home page', () => {
  const stage = pageStage({ exercises: variedExercises() });

  const open = async ({ sessions, path = '', ...options }: BrowserOptions & Parameters<typeof fakeHistory>[1] & { path?: string } = {}) => {
    const browser = await stage.browser(options);
    const history = await fakeHistory(browser.page, sessions ? { sessions } : {});
    await browser.page.goto(stage.url(path));
    return { ...browser, history };
  };
  const titles = (page: TestBrowser['page']) => page.getByRole('article').getByRole('heading').allTextContents();

  it('shows the exercises with coach, length and difficulty, and who leads them', async () => {
    const { page, complaints } = await open();
    const card = page.getByRole('article').filter({ hasText: 'Exercice conversation_libre_marie' });
    await card.waitFor();
    expect(await card.innerText()).toMatch(/Marie, coach[^]*Pour essayer\.[^]*Fluidité[^]*5 min[^]*Débutant/);
    expect(await page.getByRole('article').count()).toBe(4);
    expect(await page.getByText('Coach scénarisé, sans clé LLM').isVisible()).toBe(true);
    expect(await page.title()).toBe('Choisissez un exercice · Eloquence');
    expect(complaints).toEqual([]);
  });

  it('filters by what is trained, level, length and language, with the keyboard too', async () => {
    const { page } = await open();
    await page.getByRole('article').first().waitFor();
    const filter = page.getByRole('search', { name: 'Filtrer les exercices' });
    await filter.getByLabel('À travailler').selectOption('Fluidité');
    await expect.poll(() => titles(page)).toEqual(['Exercice conversation_libre_marie', 'L’entretien']);
    expect(await filter.getByRole('status').innerText()).toBe('2 exercices');
    await filter.getByLabel('Durée').selectOption('8 min ou plus');
    await expect.poll(() => titles(page)).toEqual(['L’entretien']);
    await filter.getByLabel('Niveau').focus();
    await page.keyboard.press('End');
    await page.getByText('Aucun exercice ne correspond à ces choix').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Tout afficher' }).last().click();
    await expect.poll(() => titles(page)).toHaveLength(4);
    await filter.getByLabel('Langue').selectOption('anglais');
    await expect.poll(() => titles(page)).toEqual(['Small talk']);
    // What was chosen is still there when one comes back.
    await page.getByRole('link', { name: 'Small talk' }).click();
    await page.getByRole('link', { name: 'Tous les exercices' }).click();
    await expect.poll(() => titles(page)).toEqual(['Small talk']);
  });

  it('lets the coach’s voice be heard, and stopped', async () => {
    const { page, history } = await open();
    const card = page.getByRole('article').filter({ hasText: 'L’entretien' });
    await card.getByRole('button', { name: 'Écouter la voix de Marie' }).click();
    await card.getByRole('button', { name: 'Arrêter' }).waitFor();
    expect(history.asked.some((asked) => asked.startsWith('GET /personas/marie_coach/sample'))).toBe(true);
    await card.getByRole('button', { name: 'Arrêter' }).click();
    await card.getByRole('button', { name: 'Écouter la voix de Marie' }).waitFor();
    // The card itself was not followed.
    expect(new URL(page.url()).hash).toBe('');
  });

  it('says calmly that the voice cannot be had', async () => {
    const { page } = await open();
    await page.route('**/personas/*/sample?*', (route) => route.fulfill({ status: 503, json: { error: { code: 'SPEECH_UNAVAILABLE', message: 'no', fix: 'none', retryable: true } } }));
    const card = page.getByRole('article').first();
    await card.getByRole('button', { name: 'Écouter la voix de Marie' }).click();
    await card.getByText('La voix n’est pas disponible pour le moment.').waitFor();
    expect(await card.getByRole('button', { name: 'Écouter la voix de Marie' }).isEnabled()).toBe(true);
  });

  it('leads back into a session that is still open', async () => {
    const { page } = await open({ sessions: [openSummary('room-7')] });
    const card = page.getByRole('region', { name: 'Reprendre là où vous en étiez' });
    await card.getByText('Séance commencée il y a 20 minutes, encore ouverte.').waitFor();
    await card.getByRole('link', { name: 'Reprendre' }).click();
    await page.getByText('Vous reprenez une séance commencée.').waitFor();
    const request = page.waitForRequest('**/token');
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    expect((await request).postDataJSON()).toMatchObject({ exercise: 'conversation_libre_marie', room: 'room-7' });
  });

  it('speaks the browser’s language, then the one that is chosen', async () => {
    const { page } = await open({ locale: 'en-GB' });
    await page.getByRole('heading', { name: 'Choose an exercise' }).waitFor();
    await page.getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
    await page.reload();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
    await page.goto(stage.url('?lang=en'));
    await page.getByRole('heading', { name: 'Choose an exercise' }).waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.title])).toEqual(['en', 'Choose an exercise · Eloquence']);
  });

  it('says that an exercise is not there, and in English when asked', async () => {
    const { page } = await open({ path: '?lang=en#no_such_exercise' });
    await page.getByText('That exercise is not, or no longer, here.').waitFor();
  });

  it('says that the exercises cannot be had, and tries again', async () => {
    const { page } = await stage.browser();
    await fakeHistory(page);
    await page.route('**/exercises', (route) => route.abort('connectionrefused'));
    await page.goto(stage.url());
    expect(await page.getByRole('alert').innerText()).toContain('Le service ne répond pas.');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.unroute('**/exercises');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByRole('article').first().waitFor();
  });

  it('says that there are none', async () => {
    const { page } = await stage.browser();
    await fakeHistory(page);
    await page.route('**/exercises', (route) => route.fulfill({ json: { exercises: [], coach: 'scripted' } }));
    await page.goto(stage.url());
    expect(await page.getByRole('alert').innerText()).toContain('Aucun exercice pour le moment');
  });
});
