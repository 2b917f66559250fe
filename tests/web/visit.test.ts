import { describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES, COACH_RPC } from '../../protocol/room.ts';
import { PHONE, withoutChromium } from '../support/browser.ts';
import { KeyboardLearner } from '../support/keyboard-learner.ts';
import { LISTENING, pageStage } from '../support/page-stage.ts';
import { nextRoom } from '../support/learner-page.ts';
import { fakeHistory, review, summary } from './fake-history.ts';

describe.skipIf(withoutChromium())('a whole visit with the keyboard alone', () => {
  const stage = pageStage();

  it('leads from choosing to looking back; each new screen begins with its heading', async () => {
    const { page } = await stage.browser({ viewport: PHONE });
    await fakeHistory(page, { sessions: [summary()], reviews: [review()] });
    await page.goto(stage.url());
    await page.getByRole('article').first().waitFor();
    const learner = new KeyboardLearner(page);
    await learner.arrivesAt('Choisissez un exercice');

    await learner.use(/conversation_libre_marie/);
    await learner.arrivesAt('Exercice conversation_libre_marie');
    await learner.write(/Votre prénom/, 'Camille');
    await learner.use(/Activer le micro/);
    await page.getByText('Nous vous entendons bien.').waitFor();
    await learner.isSomewhere();
    await learner.tabTo(/Tester pendant/);
    await learner.use(/Enregistrer la séance/, 'Space');
    const entered = nextRoom(page);
    await learner.use(/Commencer la séance/);
    const coach = await stage.coach(await entered, LISTENING);
    await learner.arrivesAt('Exercice conversation_libre_marie');
    await page.getByText('Marie vous écoute').waitFor();

    await learner.use(/Son et micro/);
    await learner.use(/Volume du coach/, 'ArrowLeft');
    await page.getByText('95 %').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => learner.focused()).toEqual({ role: 'button', name: 'Son et micro' });
    await learner.write(/Écrire au coach/, 'Bonjour');
    await page.keyboard.press('Enter');
    await coach.reads('Bonjour');
    await learner.use(/Répéter/);
    await coach.isAsked(COACH_RPC.repeat);
    // What can no longer be asked for keeps the focus of who has just done so.
    await learner.use(/J’ai fini/);
    await coach.isAsked(COACH_RPC.finish);
    await coach.is({ [COACH_ATTRIBUTES.stage]: 'closing' });
    await page.getByText('conclut la séance').waitFor();
    expect(await learner.focused()).toEqual({ role: 'button', name: 'J’ai fini' });
    await learner.use(/Quitter/);
    await learner.arrivesAt('Séance terminée');

    await learner.use(/Mes séances/);
    await learner.arrivesAt('Mes séances');
    await page.getByRole('article').waitFor();
    await learner.use(/conversation_libre_marie/);
    await learner.arrivesAt('Compte rendu');
    await learner.use(/Bonjour Marie\./);
    await expect.poll(() => page.evaluate(() => document.querySelector<HTMLAudioElement>('audio[data-replay]')?.currentTime ?? 0)).toBeGreaterThan(5);
  });
});
