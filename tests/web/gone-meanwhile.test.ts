import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES } from '../../protocol/room.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { withoutChromium } from '../support/browser.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { nextRoom } from '../support/learner-page.ts';
import { LISTENING, pageStage } from '../support/page-stage.ts';

describe.skipIf(withoutChromium())('what goes while a session runs', () => {
  const exercises = exercisesFolder('conversation_libre_marie', 'simulation_entretien', 'premiere_impression_marie');
  const stage = pageStage({ exercises });

  it.each(['Effacer cette séance', 'Tout effacer'])('is the session, erased in another tab (%s): the first tab says so, shows none of it, and leads on', async (button) => {
    const { page, coach } = await stage.meet({ typing: true });
    await coach.says('Bonjour.');
    await page.getByText('Bonjour.').waitFor();
    const other = await page.context().newPage();
    await other.goto(stage.url('#sessions'));
    if (button === 'Effacer cette séance') await other.getByRole('article').getByRole('link', { name: 'conversation_libre_marie' }).click();
    await other.getByRole('button', { name: button }).click();
    await other.getByRole('dialog').getByRole('button', { name: 'Effacer pour toujours' }).click();
    await other.getByRole('dialog').waitFor({ state: 'detached' });
    // As a coach does whose lease is gone.
    await coach.leave();

    await page.getByRole('heading', { name: 'Séance terminée' }).waitFor();
    await page.getByText('Cette séance a été effacée.').waitFor();
    await page.getByText('Il n’en reste rien ici.').waitFor();
    expect(await page.getByText('Bonjour.').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.getByRole('link', { name: 'Autre exercice' }).isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Recommencer' }).click();
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    await page.getByText('arrive…').waitFor();
  });

  it('is not the session when only its coach is away', async () => {
    const { page, room, coach } = await stage.meet({ typing: true });
    const told = page.waitForResponse((response) => /\/sessions\/[^/]+$/.test(response.url()));
    await coach.leave();
    expect((await told).ok()).toBe(true);
    await page.getByText('arrive…').waitFor();
    await stage.coach(room, LISTENING);
    await page.getByText('vous écoute').waitFor();
  });

  it('is the exercise: a page that is loaded again goes on with the session', async () => {
    const { page, room, coach } = await stage.meet({ typing: true, exercise: 'simulation_entretien' });
    rmSync(join(exercises, 'simulation_entretien.json'));
    await page.reload();
    await page.getByRole('heading', { name: 'Exercice simulation_entretien' }).waitFor();
    await page.getByText('Vous reprenez une séance commencée.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const again = nextRoom(page);
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    expect(await again).toBe(room);
    await page.getByText('Marie vous écoute').waitFor();
    // How long it was to be nobody says any more; when it ends, the coach does.
    expect(await page.getByRole('timer').count()).toBe(0);
    await coach.is({ [COACH_ATTRIBUTES.endsAt]: String(Date.now() + 150_000) });
    await expect.poll(() => page.getByRole('timer').innerText()).toMatch(/^2:[23]\d$/);
  });

  it('is an exercise without a session of one’s own: others are offered', async () => {
    rmSync(join(exercises, 'premiere_impression_marie.json'));
    const { page } = await stage.open({ path: '#premiere_impression_marie/room-7' });
    await page.getByText('Cet exercice n’existe pas ou plus.').waitFor();
  });
});
