import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withoutChromium } from '../support/browser.ts';
import { nextRoom } from '../support/learner-page.ts';
import { LISTENING, pageStage } from '../support/page-stage.ts';

/** Looks at the page without a hand on it: what Playwright runs in a page counts as the learner's click. */
async function unseen<Value>(debug: CDPSession, expression: string): Promise<Value> {
  const { result } = await debug.send('Runtime.evaluate', { expression, returnByValue: true, userGesture: false });
  return result.value as Value;
}

const AUDIBLE = '[...document.querySelectorAll("audio")].some(({ paused, muted, srcObject }) => srcObject !== null && !paused && !muted)';
const LOUD = 'Number(document.querySelector(".ring")?.style.getPropertyValue("--level")) > 0.3';
const OFFER = '(() => { const { x, y } = document.querySelector(".notice button").getBoundingClientRect(); return [x + 5, y + 5]; })()';
const SAYS = 'document.querySelector(".notices")?.innerText ?? ""';

describe.skipIf(withoutChromium())('a browser that holds sound back', () => {
  const stage = pageStage();

  /** A session in a page that nobody has touched: its buttons press themselves. */
  const enterUntouched = async () => {
    const { page } = await stage.browser({ holdsSoundBack: true });
    const debug = await page.context().newCDPSession(page);
    const entered = nextRoom(page);
    await page.goto(stage.url('#conversation_libre_marie'));
    const pressed = '[...document.querySelectorAll("button")].some((button) => button.textContent === "Continuer en écrivant" && (button.click(), true))';
    await expect.poll(() => unseen<boolean>(debug, pressed)).toBe(true);
    const coach = await stage.coach(await entered, { ...LISTENING, 'lk.agent.state': 'speaking' });
    await expect.poll(() => unseen<string>(debug, SAYS)).toContain('Votre navigateur retient la voix du coach.');
    expect(await unseen<boolean>(debug, AUDIBLE)).toBe(false);
    expect(await unseen<boolean>(debug, 'navigator.userActivation.hasBeenActive')).toBe(false);
    return { page, coach, debug };
  };

  it.each<[string, (page: Page, debug: CDPSession) => Promise<void>]>([
    ['a click on what it offers', async (page, debug) => page.mouse.click(...await unseen<[number, number]>(debug, OFFER))],
    ['any key', (page) => page.keyboard.press('Tab')],
  ])('says so, and lets the coach be heard after %s', async (_what, touch) => {
    const { page, coach, debug } = await enterUntouched();
    await touch(page, debug);
    await expect.poll(() => unseen<boolean>(debug, AUDIBLE)).toBe(true);
    await coach.hums(expect.poll(() => unseen<boolean>(debug, LOUD)).toBe(true));
    expect(await unseen<string>(debug, SAYS)).not.toContain('retient la voix');
  });
});
