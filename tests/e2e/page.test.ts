import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wavFile } from '../../protocol/pcm.ts';
import { withoutChromium } from '../support/browser.ts';
import { enterSession } from '../support/learner-page.ts';
import { learnerSpeech } from '../support/learner-speech.ts';
import { concatenate, silence } from '../support/sound.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

/** The whole visit in a browser, with the real coach: its microphone is a recording of somebody who waits and speaks. */
describe.skipIf(withoutChromium())('a visit', () => {
  let stack: TestStack;
  let wav: string;
  beforeAll(async () => {
    stack = await startTestStack();
    const speech = await learnerSpeech(stack.inference, 'Bonjour, je voudrais parler de mon travail.');
    wav = join(stack.home, 'microphone.wav');
    writeFileSync(wav, wavFile(concatenate(silence(15_000, speech.sampleRate), speech, silence(10_000, speech.sampleRate))));
  });
  afterAll(() => stack.stop());

  test('the learner is greeted, speaks, is understood and answered, and ends the session', async () => {
    const visit = await enterSession(`${stack.stack.addresses.page}/`, { microphone: { wav } });
    const { page, complaints } = visit;
    try {
      const log = page.getByRole('log');
      await expect.poll(() => log.innerText(), { timeout: 60_000 }).toMatch(/Marie|Bonjour/);
      // What was said reaches the page as text, and the coach takes it up.
      await expect.poll(() => log.innerText(), { timeout: 90_000 }).toMatch(/travail/i);
      expect(await page.getByRole('timer').innerText()).toMatch(/^[0-4]:\d\d$/);
      await page.getByRole('button', { name: 'J’ai fini' }).click();
      await page.getByRole('heading', { name: 'Séance terminée' }).waitFor({ timeout: 90_000 });
      expect(complaints).toEqual([]);
    } finally {
      await visit.close();
    }
  }, 240_000);
});
