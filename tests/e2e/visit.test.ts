import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RoomServiceClient } from 'livekit-server-sdk';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { wavFile } from '../../protocol/pcm.ts';
import { openBrowser, PHONE, withoutChromium, type BrowserOptions } from '../support/browser.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { openFirefox, withoutFirefox } from '../support/firefox.ts';
import { KeyboardLearner } from '../support/keyboard-learner.ts';
import { learnerSpeech } from '../support/learner-speech.ts';
import { nextRoom } from '../support/learner-page.ts';
import { concatenate, silence } from '../support/sound.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

const SPOKEN = { timeout: 90_000 };

/** The whole visit in a browser, with the real coach: its microphone is a recording of somebody who waits and speaks. */
describe.skipIf(withoutChromium())('a visit', () => {
  let stack: TestStack;
  let wav: string;
  beforeAll(async () => {
    stack = await startTestStack({ env: { ELOQUENCE_EXERCISES: exercisesFolder('conversation_libre_marie') } });
    const speech = await learnerSpeech(stack.inference, 'Bonjour, je voudrais parler de mon travail.');
    wav = join(stack.home, 'microphone.wav');
    writeFileSync(wav, wavFile(concatenate(silence(12_000, speech.sampleRate), speech, silence(13_000, speech.sampleRate))));
  });
  afterAll(() => stack.stop());
  // What was said tells why a visit went another way.
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return undefined;
    return stack.tokenService.sessions().then(async ({ sessions }) => {
      for (const { id } of sessions) for (const { term, event } of await stack.tokenService.events(id)) if (event.type !== 'flow_moved') process.stdout.write(`${term} ${JSON.stringify(event)}\n`);
    });
  });

  const home = (): string => `${stack.stack.addresses.page}/`;
  const log = (page: Page): Promise<string> => page.getByRole('log').innerText();

  /** Who is in the room: learners and coaches. */
  async function inRoom(room: string): Promise<{ learners: number; coaches: number }> {
    const { livekitApiKey, livekitApiSecret } = stack.stack.secrets;
    const participants = await new RoomServiceClient(stack.stack.addresses.livekit.replace('ws', 'http'), livekitApiKey, livekitApiSecret).listParticipants(room);
    const coaches = participants.filter(({ attributes }) => 'lk.agent_name' in attributes).length;
    return { coaches, learners: participants.length - coaches };
  }

  /** @param complaint one that belongs to the visit */
  async function visit(options: BrowserOptions, use: (page: Page) => Promise<void>, complaint?: string): Promise<void> {
    const browser = await openBrowser(options);
    try {
      await use(browser.page);
      // LiveKit's client calls it an error when the page closes its own connection.
      expect(browser.complaints.filter((text) => !text.includes('User-Initiated Abort') && !(complaint && text.includes(complaint)))).toEqual([]);
    } finally {
      await browser.close();
    }
  }

  test('from home to history: greeted, heard and answered; through a reload and a second tab with one coach; replayed afterwards', async () => {
    await visit({ microphone: { wav } }, async (page) => {
      await page.goto(home());
      await page.getByRole('link', { name: 'conversation_libre_marie' }).click();
      await page.getByRole('button', { name: 'Activer le micro' }).click();
      await page.getByLabel('Enregistrer la séance').check();
      const entered = nextRoom(page);
      await page.getByRole('button', { name: 'Commencer la séance' }).click();
      const room = await entered;
      await expect.poll(() => log(page), SPOKEN).toMatch(/de quoi parlons-nous/);
      await expect.poll(() => log(page), SPOKEN).toMatch(/travail/i);

      // Loaded again in the middle of it: the page offers the way back into the same session.
      await page.reload();
      await page.getByRole('button', { name: 'Activer le micro' }).click();
      await page.getByLabel('Enregistrer la séance').check();
      const again = nextRoom(page);
      await page.getByRole('button', { name: 'Reprendre la séance' }).click();
      expect(await again).toBe(room);
      await expect.poll(() => log(page), SPOKEN).not.toBe('');
      await expect.poll(() => inRoom(room)).toEqual({ learners: 1, coaches: 1 });

      // A second tab takes the learner's place: one learner, one coach, and the first tab says where it went on.
      const second = await page.context().newPage();
      await second.goto(home());
      await second.getByRole('link', { name: /Reprendre/ }).or(second.getByRole('button', { name: /Reprendre/ })).first().click();
      await second.getByRole('button', { name: 'Continuer en écrivant' }).or(second.getByRole('button', { name: 'Activer le micro' })).first().waitFor();
      await second.getByRole('button', { name: 'Continuer en écrivant' }).click();
      await page.getByText('Votre séance a continué dans une autre fenêtre.').waitFor();
      await expect.poll(() => inRoom(room)).toEqual({ learners: 1, coaches: 1 });
      await expect.poll(() => log(second), SPOKEN).not.toBe('');

      await second.getByRole('button', { name: 'J’ai fini' }).click();
      await second.getByRole('heading', { name: 'Séance terminée' }).waitFor(SPOKEN);
      // What was said is there with its figures, and where it was recorded a click plays it.
      await second.getByRole('button', { name: 'Écouter la séance' }).waitFor({ timeout: 30_000 });
      await second.getByRole('button', { name: /de quoi parlons-nous/ }).first().click();
      await expect.poll(() => second.evaluate<number>("document.querySelector('audio[data-replay]')?.currentTime ?? 0")).toBeGreaterThan(0.2);
      expect(await second.locator('main').innerText()).toMatch(/Temps de parole\s+Vous \d+\s%/);

      await second.getByRole('link', { name: 'Mes séances' }).click();
      await second.getByRole('article').first().waitFor();
      expect(await second.getByRole('article').count()).toBe(1);
    });
  }, 300_000);

  test('on a phone, in English, in writing: through a restart of the token service, and with everything erased at the end', async () => {
    await visit({ viewport: PHONE, colorScheme: 'dark' }, async (page) => {
      await page.goto(`${home()}?lang=en#conversation_libre_marie`);
      await page.getByRole('button', { name: 'Go on by typing' }).click();
      await expect.poll(() => log(page), SPOKEN).toMatch(/de quoi parlons-nous/);
      const service = stack.stack.processes.get('token-service');
      if (service?.state.kind !== 'ready') throw new Error('the token service is not running');
      process.kill(service.state.pid, 'SIGKILL');
      const field = page.getByRole('textbox');
      await field.fill('Je voudrais parler de mon jardin.');
      await page.keyboard.press('Enter');
      await expect.poll(async () => (await log(page)).match(/jardin/g)?.length, SPOKEN).toBeGreaterThan(0);
      await service.ready();
      await page.getByRole('button', { name: 'I’m done' }).click();
      await page.getByRole('heading', { name: 'Session over' }).waitFor(SPOKEN);
      // The page has got the whole of it from the service, which was away when it was said.
      await expect.poll(() => page.locator('main').innerText(), SPOKEN).toMatch(/jardin/);

      // Erased in another tab while another session runs: its coach leaves, and this tab says why.
      await page.getByRole('link', { name: 'Start again' }).click();
      await page.getByRole('button', { name: 'Go on by typing' }).click();
      await expect.poll(() => log(page), SPOKEN).toMatch(/de quoi parlons-nous/);
      const second = await page.context().newPage();
      await second.goto(`${home()}?lang=en#sessions`);
      await second.getByRole('article').first().waitFor();
      await second.getByRole('button', { name: 'Erase everything' }).click();
      await second.getByRole('dialog').getByRole('button', { name: 'Erase for ever' }).click();
      await expect.poll(() => second.getByRole('article').count()).toBe(0);
      await page.getByText('This session was erased.').waitFor();
      expect(await page.locator('main').innerText()).not.toMatch(/de quoi parlons-nous/);
      await page.getByRole('link', { name: 'Another exercise' }).click();
      await page.getByRole('heading', { name: 'Choose an exercise' }).waitFor();
      // The page asks for a session that is no longer there, as somebody who is no longer known.
    }, '401 (Unauthorized)');
  }, 240_000);

  test('with the keyboard alone: heard, read and answered, paused, replayed and erased', async () => {
    await visit({ microphone: { wav }, viewport: PHONE }, async (page) => {
      const learner = new KeyboardLearner(page);
      await page.goto(home());
      await page.getByRole('article').first().waitFor();
      await learner.arrivesAt('Choisissez un exercice');
      await learner.use(/conversation_libre_marie/);
      await learner.arrivesAt('Exercice conversation_libre_marie');

      await learner.write(/Votre prénom/, 'Camille');
      await learner.use(/Activer le micro/);
      await page.getByLabel('Micro utilisé').waitFor();
      await learner.isSomewhere();
      await learner.use(/Enregistrer la séance/, 'Space');
      await learner.use(/Commencer la séance/);
      await learner.arrivesAt('Exercice conversation_libre_marie');
      await expect.poll(() => log(page), SPOKEN).toMatch(/de quoi parlons-nous/);
      await expect.poll(() => log(page), SPOKEN).toMatch(/travail/i);

      await page.keyboard.press('Alt+p');
      await page.getByText('en pause').waitFor();
      await learner.isSomewhere();
      await learner.use(/Aide/);
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await learner.focused()).toEqual({ role: 'button', name: 'Aide' });
      await page.keyboard.press('Alt+p');
      await page.getByText('en pause').waitFor({ state: 'detached' });

      await learner.write(/Écrire au coach/, 'Je voudrais parler de mon jardin.');
      await page.keyboard.press('Enter');
      await expect.poll(() => log(page), SPOKEN).toMatch(/jardin[^]*Marie/);
      await learner.use(/J’ai fini/);
      await learner.arrivesAt('Séance terminée', SPOKEN);

      await page.getByRole('button', { name: 'Écouter la séance' }).waitFor({ timeout: 30_000 });
      await learner.use(/de quoi parlons-nous/);
      await expect.poll(() => page.evaluate<number>("document.querySelector('audio[data-replay]')?.currentTime ?? 0")).toBeGreaterThan(0.2);
      await learner.use(/Mes séances/);
      await learner.arrivesAt('Mes séances');
      await page.getByRole('article').first().waitFor();
      await learner.use(/conversation_libre_marie/);
      // Of a session that ended on this page, that is still what is to be said first.
      await learner.arrivesAt('Séance terminée');
      await page.getByText('jardin').first().waitFor();
      await learner.use(/Effacer cette séance/);
      await learner.use(/Effacer pour toujours/);
      await learner.arrivesAt('Mes séances');
    });
  }, 240_000);

  test.skipIf(withoutFirefox())('in Firefox: heard and answered in writing, and looked back at', async () => {
    const firefox = await openFirefox();
    const { page, complaints } = firefox;
    const main = (): Promise<string> => page.$eval('main', (element) => (element as unknown as { innerText: string }).innerText);
    const press = (name: string): Promise<void> => page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
    try {
      await page.goto(`${home()}#conversation_libre_marie`);
      await press('Activer le micro');
      await press('Commencer la séance');
      await expect.poll(main, SPOKEN).toMatch(/de quoi parlons-nous/);
      // The coach is not only read: its sound comes.
      await expect.poll(() => page.evaluate('[...document.querySelectorAll("audio")].some(({ srcObject, paused, currentTime }) => srcObject && !paused && currentTime > 0)'), SPOKEN).toBe(true);
      await page.locator('textarea').fill('Je voudrais parler de mon jardin.');
      await page.keyboard.press('Enter');
      await expect.poll(main, SPOKEN).toMatch(/jardin/);
      await press('J’ai fini');
      await expect.poll(main, SPOKEN).toMatch(/Séance terminée[^]*jardin/);
      await page.goto(`${home()}#sessions`);
      await expect.poll(main).toMatch(/conversation_libre_marie/);
      expect(complaints).toEqual([]);
    } finally {
      await firefox.close();
    }
  }, 180_000);
});
