import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withoutChromium } from '../support/browser.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { nextRoom } from '../support/learner-page.ts';
import { LISTENING, pageStage } from '../support/page-stage.ts';
import type { StandInCoach } from '../support/stand-in-coach.ts';

/** The learner hears what the coach says from now on. */
async function isHeard(page: Page, coach: StandInCoach): Promise<void> {
  await coach.hums(page.waitForFunction(() => Number(document.querySelector<HTMLElement>('.ring')?.style.getPropertyValue('--level')) > 0.3));
  expect(await page.evaluate(() => [...document.querySelectorAll('audio')].some((audio) => !audio.paused && !audio.muted))).toBe(true);
}

describe.skipIf(withoutChromium())('the connection of the page', () => {
  const exercises = exercisesFolder('conversation_libre_marie', 'simulation_entretien');
  const stage = pageStage({ exercises });

  it('comes back to the same room when the media server was killed, with all that was said and typed', async () => {
    const { host } = stage;
    const { coach, page, room } = await stage.meet();
    await coach.says('Bonjour. De quoi parlons-nous ?');
    await coach.hears('u1', 'Bonjour. Je disais');
    await page.getByText('Je disais').waitFor();

    // This one would come back by itself, under the same name.
    await coach.leave();
    await page.clock.install();
    await host.livekit.stop();
    await page.getByText(/La connexion hésite|La salle a été coupée/).waitFor();
    await page.getByRole('textbox').fill('Vous m’entendez encore ?');
    await page.keyboard.press('Enter');
    // As long as LiveKit tries to mend it by itself.
    await page.clock.fastForward(10_000);
    await page.getByText('Le service ne répond pas.').waitFor({ timeout: 45_000 });
    expect(await page.getByText('Rien de ce que vous avez dit ou écrit n’est perdu.').isVisible()).toBe(true);
    const [again] = await Promise.all([nextRoom(page), host.livekit.restart()]);
    expect(again).toBe(room);

    const back = await stage.coach(room, LISTENING);
    await back.reads('Vous m’entendez encore ?');
    expect(await page.getByRole('log').innerText()).toMatch(/De quoi parlons-nous \?[^]*Je disais \(interrompu\)[^]*Vous m’entendez encore \?/);
    await back.learnersVoice();
    await isHeard(page, back);
  }, 120_000);

  it('is mended without a word lost when the media server is back at once', async () => {
    const { coach, page } = await stage.meet();
    await stage.host.livekit.restart();
    await page.getByRole('textbox').fill('Toujours là ?');
    await page.keyboard.press('Enter');
    await coach.reads('Toujours là ?');
    await coach.learnersVoice();
    await page.getByText('Marie vous écoute').waitFor();
    await page.getByText(/La connexion hésite|La salle a été coupée/).waitFor({ state: 'detached' });
    await isHeard(page, coach);
  });

  it('says that the token service is away, and enters when it is back', async () => {
    const { page } = await stage.enter();
    await page.getByRole('button', { name: 'Quitter' }).click();
    await page.getByRole('link', { name: 'Recommencer' }).click();
    await page.getByRole('button', { name: 'Continuer en écrivant' }).waitFor();
    await stage.host.stopService();
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    await page.getByText('Le service ne répond pas. Nous réessayons').waitFor();
    await stage.host.startService();
    await page.getByRole('button', { name: 'Réessayer maintenant' }).click();
    await page.getByText('arrive…').waitFor();
    await page.getByText('Votre micro n’est pas actif').waitFor();
  });

  it('gives the service’s reason and what to do when it refuses', async () => {
    const { page } = await stage.enter({ exercise: 'simulation_entretien' });
    await page.getByRole('button', { name: 'Quitter' }).click();
    await page.getByRole('link', { name: 'Recommencer' }).click();
    await page.getByRole('button', { name: 'Continuer en écrivant' }).waitFor();
    rmSync(join(exercises, 'simulation_entretien.json'));
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    await page.getByText('La séance ne peut pas commencer. Cet exercice n’existe plus.').waitFor();
    await page.getByText('Quittez et choisissez-en un autre.').waitFor();
  });

  it('does not fight another window of the same learner', async () => {
    const { page, room } = await stage.meet();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.route('**/token', (route) => route.continue({ postData: JSON.stringify({ exercise: 'conversation_libre_marie', room }) }));
    await other.getByRole('button', { name: 'Continuer en écrivant' }).click();
    await other.getByText('vous écoute').waitFor();
    await page.getByText('Votre séance a continué dans une autre fenêtre.').waitFor();
  });

  it('tells a learner whose page slept why the room was cut off, and goes back', async () => {
    const { host } = stage;
    const { page } = await stage.meet();
    const become = (state: DocumentVisibilityState) => page.evaluate((visibility) => {
      Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
    await become('hidden');
    await host.livekit.stop();
    await page.getByText('Cet onglet était en veille').waitFor();
    await become('visible');
    await host.livekit.restart();
    await page.getByText('Cet onglet était en veille').waitFor({ state: 'detached' });
  });

  it('sends a text that had no answer again under the same id', async () => {
    const { coach, page, room } = await stage.meet();
    await page.getByRole('textbox').fill('Vous me lisez ?');
    await page.keyboard.press('Enter');
    await coach.reads('Vous me lisez ?');
    await coach.leave();
    const other = await stage.coach(room, LISTENING);
    await other.reads('Vous me lisez ?');
    expect(coach.ids).toEqual([expect.stringMatching(/^[\da-f-]{36}$/)]);
    expect(other.ids).toEqual(coach.ids);
  });

  it('says so when no coach comes, and when it has come', async () => {
    const { coach, page, room } = await stage.meet();
    await coach.leave();
    await page.clock.install();
    await page.getByText('arrive…').waitFor();
    await page.clock.fastForward(10_000);
    await page.getByText('Le coach n’est pas là.').waitFor();
    await stage.coach(room, LISTENING);
    await page.getByText('Le coach n’est pas là.').waitFor({ state: 'detached' });
  });
});
