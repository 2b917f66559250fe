import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../support/accessibility.ts';
import { DESKTOP, openBrowser, PHONE, withoutChromium, type BrowserOptions, type TestBrowser } from '../support/browser.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { hostPage, type PageHost } from '../support/page-host.ts';

describe.skipIf(withoutChromium())('the page before the room', () => {
  let host: PageHost;
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    host = await hostPage();
  });
  afterAll(() => host.close());
  afterEach(() => browser?.close());

  const open = async (options: BrowserOptions = {}, path = '') => {
    browser = await openBrowser(options);
    await browser.page.goto(new URL(path, options.hostName ? host.url.replace('127.0.0.1', options.hostName) : host.url).href);
    return browser;
  };

  it('shows the exercises with coach, length and difficulty, and who leads them', async () => {
    const { page, complaints } = await open();
    const card = page.getByRole('article').filter({ hasText: 'Exercice conversation_libre_marie' });
    await card.waitFor();
    expect(await card.innerText()).toMatch(/Pour essayer\.[^]*Marie, coach[^]*5 min[^]*Débutant/);
    expect(await page.getByRole('article').count()).toBe(2);
    expect(await page.getByText('Coach scénarisé, sans clé LLM').isVisible()).toBe(true);
    expect(await page.title()).toBe('Choisissez un exercice · Eloquence');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['desktop, light', { viewport: DESKTOP, colorScheme: 'light' }],
    ['phone, dark', { viewport: PHONE, colorScheme: 'dark' }],
  ] as const)('is accessible at every step (%s)', async (_where, options) => {
    const { page } = await open(options);
    await page.getByRole('link', { name: 'Exercice conversation_libre_marie' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Exercice conversation_libre_marie' }).click();
    await page.getByRole('button', { name: 'Activer le micro' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    await page.getByText('Nous vous entendons bien.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    // Nothing is wider than the window.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  it('lets one choose among the microphones and go back', async () => {
    const { page } = await open({}, '#simulation_entretien');
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    const choice = page.getByRole('combobox', { name: 'Micro utilisé' });
    await choice.waitFor();
    const devices = await choice.locator('option').allTextContents();
    expect(devices.length).toBeGreaterThan(1);
    await choice.selectOption({ index: 1 });
    await expect.poll(() => choice.locator('option:checked').textContent()).toBe(devices[1]);
    await page.getByRole('link', { name: 'Tous les exercices' }).click();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
  });

  it.each([
    ['denied', { microphone: 'denied' }, 'Le micro est bloqué pour cette page.'],
    ['missing', { microphone: 'missing' }, 'Aucun micro n’a été trouvé.'],
    ['an insecure address', { hostName: 'eloquence.test' }, 'Le navigateur n’ouvre pas de micro sur cette adresse.'],
  ] as const)('says why there is no microphone (%s), and goes on by typing', async (_why, options, words) => {
    const { page } = await open(options, '#conversation_libre_marie');
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain(words);
    expect(await page.getByRole('button', { name: 'Réessayer' }).isVisible()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    await page.getByText('Votre micro n’est pas actif').waitFor();
  });

  it('says that an exercise is not there, and in English when asked', async () => {
    const { page } = await open({}, '?lang=en#no_such_exercise');
    await page.getByText('That exercise is not, or no longer, here.').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  it('says that the exercises cannot be had, and tries again', async () => {
    browser = await openBrowser();
    const { page } = browser;
    await page.route('**/exercises', (route) => route.abort('connectionrefused'));
    await page.goto(host.url);
    expect(await page.getByRole('alert').innerText()).toContain('Le service ne répond pas.');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.unroute('**/exercises');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByRole('article').first().waitFor();
  });

  it('says that there are none', async () => {
    const bare = await hostPage({ exercises: exercisesFolder() });
    browser = await openBrowser();
    await browser.page.goto(bare.url);
    expect(await browser.page.getByRole('alert').innerText()).toContain('Aucun exercice pour le moment');
    await bare.close();
  });
});
