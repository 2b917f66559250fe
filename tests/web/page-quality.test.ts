import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES } from '../../protocol/room.ts';
import { en } from '../../web/src/messages/en.ts';
import { fr } from '../../web/src/messages/fr.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { DESKTOP, PHONE, withoutChromium, type BrowserOptions } from '../support/browser.ts';
import { nextRoom } from '../support/learner-page.ts';
import { LISTENING, pageStage } from '../support/page-stage.ts';
import { words } from './all-words.ts';
import { fakeHistory, openSummary, review, summary } from './fake-history.ts';

/** WCAG 2.2, 2.5.8. */
const TARGET_PX = 24;
/** What web.dev calls good, https://web.dev/articles/cls. */
const LAYOUT_SHIFT = 0.1;

/** In the page: adds up how far things have moved that nobody had touched. */
function watchShifts(): void {
  Object.assign(window, { shifted: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (!entry.hadRecentInput) (window as unknown as { shifted: number }).shifted += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** In the page: what can be clicked and is smaller than `limit` px. */
function smallTargets(limit: number): string[] {
  return [...document.querySelectorAll<HTMLElement>('a, button, input, select, textarea')]
    .filter((target) => target.checkVisibility())
    // A tick is as large as its label, and a card's link as large as the card.
    .map((target) => {
      const covers = getComputedStyle(target, '::after').position === 'absolute' ? target.closest('article') : target.closest('label.tick');
      return { target, box: (covers ?? target).getBoundingClientRect() };
    })
    .filter(({ box }) => Math.min(box.width, box.height) < limit)
    .map(({ target }) => target.outerHTML);
}

/** In the page: all that is seen or read aloud, but for what stands there in a language of its own. */
function allText(): string[] {
  const texts: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node instanceof Element ? node : node.parentElement;
    if (!element?.checkVisibility() || element.closest('[lang]')?.getAttribute('lang') !== 'en') continue;
    if (node instanceof Element) texts.push(...['aria-label', 'placeholder', 'title', 'alt', 'aria-valuetext'].map((name) => node.getAttribute(name) ?? ''));
    else texts.push(node.textContent ?? '');
  }
  return texts.filter((text) => text.trim() !== '');
}

describe.skipIf(withoutChromium())('every screen', () => {
  const stage = pageStage();

  /** Goes through the whole visit and calls `look` on every screen and state. */
  const visit = async (options: BrowserOptions, messages: typeof fr, look: (page: Page, where: string) => Promise<void>) => {
    const { page, complaints } = await stage.browser(options);
    await page.addInitScript(watchShifts);
    await fakeHistory(page, { sessions: [openSummary('room-7'), summary()], reviews: [review()] });
    const language = `?lang=${messages.language}`;
    await page.goto(stage.url(language));
    await page.getByRole('article').first().waitFor();
    await look(page, 'home');
    await page.goto(stage.url(`${language}#sessions`));
    await page.getByRole('article').first().waitFor();
    await look(page, 'history');
    await page.getByRole('button', { name: messages.sessions.erase }).click();
    await look(page, 'erase');
    await page.keyboard.press('Escape');
    await page.goto(stage.url(`${language}#sessions/s1`));
    await page.getByRole('slider').waitFor();
    await look(page, 'review');
    await page.goto(stage.url(`${language}#simulation_entretien`));
    await page.getByRole('button', { name: messages.before.allow }).waitFor();
    await look(page, 'before');
    await page.getByRole('button', { name: messages.before.allow }).click();
    await page.getByText(messages.before.heard).waitFor();
    await look(page, 'microphone');
    await page.getByRole('checkbox').check();
    const entered = nextRoom(page);
    await page.getByRole('button', { name: messages.before.start }).click();
    const room = await entered;
    await page.getByText(messages.session.state.absent).waitFor();
    await look(page, 'alone');
    const coach = await stage.coach(room, { ...LISTENING, [COACH_ATTRIBUTES.coach]: 'scripted', [COACH_ATTRIBUTES.phase]: 'Faire connaissance' });
    await coach.says('Bonjour.');
    await coach.hears('u1', 'Je voudrais');
    await page.getByText('Je voudrais').waitFor();
    for (const state of ['listening', 'thinking', 'speaking'] as const) {
      await coach.is({ 'lk.agent.state': state });
      await page.locator(`.ring-${state}`).waitFor();
      await look(page, state);
    }
    await coach.is({ [COACH_ATTRIBUTES.stage]: 'paused', [COACH_ATTRIBUTES.degraded]: 'stt,tts,llm' });
    await page.getByText(messages.notice.degraded.stt).waitFor();
    await look(page, 'paused and impaired');
    for (const dialog of ['help', 'sound'] as const) {
      await page.getByRole('button', { name: messages.session[dialog] }).click();
      await page.getByRole('dialog').waitFor();
      await look(page, dialog);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: messages.session.leave }).click();
    await page.getByRole('heading', { name: messages.end.title }).waitFor();
    await look(page, 'after');
    return complaints;
  };

  it('is accessible, no wider than its window, and has targets one can hit, on a desktop and a phone, in light and dark', async () => {
    const faults: unknown[] = [];
    await visit({}, fr, async (page, where) => {
      for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const place = `${where}, ${device}, ${colorScheme}`;
          for (const fault of await accessibilityFaults(page)) faults.push([place, fault]);
          for (const target of await page.evaluate(smallTargets, TARGET_PX)) faults.push([place, 'small', target]);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (wider > 0) faults.push([place, 'wider', wider]);
        }
      }
    });
    expect(faults).toEqual([]);
  });

  it('says all of it in English, with a title and a heading of its own, and nothing goes wrong', async () => {
    const french = words(fr).map(([, text]) => text).filter((text) => text.length > 3 && !words(en).some(([, english]) => english.includes(text)));
    const faults: unknown[] = [];
    const complaints = await visit({ locale: 'en-GB' }, en, async (page, where) => {
      const texts = await page.evaluate(allText);
      for (const text of texts) for (const word of french) if (text.includes(word)) faults.push([where, text, word]);
      const [lang, title, heading] = await page.evaluate(() => [document.documentElement.lang, document.title, document.querySelector('h1')?.innerText]);
      if (lang !== 'en' || !heading || title !== `${heading} · Eloquence`) faults.push([where, lang, title, heading]);
      const shifted = await page.evaluate(() => (window as unknown as { shifted: number }).shifted);
      if (where === 'home' && shifted > LAYOUT_SHIFT) faults.push([where, 'shifted', shifted]);
    });
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each([['fr', fr], ['en', en]] as const)('has a head that search engines and phones understand (%s)', async (_language, messages) => {
    const { page } = await stage.browser();
    await fakeHistory(page);
    const response = await page.goto(stage.url(`?lang=${messages.language}`));
    expect(response?.headers()['content-type']).toContain('charset=utf-8');
    const content = (name: string) => page.locator(`meta[name="${name}"]`).first().getAttribute('content');
    await expect.poll(() => content('description')).toBe(messages.description);
    expect(await content('viewport')).toMatch(/width=device-width/);
    expect(await content('theme-color')).toMatch(/^#/);
    expect(await page.locator('link[rel=icon]').count()).toBe(1);
    expect(await page.evaluate(() => [...document.images].filter((image) => !image.hasAttribute('width') || !image.hasAttribute('height')).length)).toBe(0);
  });

  it('moves nothing on loading, however late the service answers', async () => {
    const { page } = await stage.browser({ viewport: PHONE });
    await page.addInitScript(watchShifts);
    await fakeHistory(page, { sessions: [openSummary('room-7')] });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/exercises', async (route) => {
      await held;
      await route.fallback();
    });
    await page.goto(stage.url());
    await page.locator('.card-outline').first().waitFor();
    release();
    await page.getByRole('article').first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    expect(await page.evaluate(() => (window as unknown as { shifted: number }).shifted)).toBeLessThan(LAYOUT_SHIFT);
  });
});
