import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What has the focus, as a screen reader would say it. */
interface Focused {
  /** `none`: the focus is lost to the page itself. */
  readonly role: string;
  readonly name: string;
}

/** In the page: a Set of elements. */
const BEEN = 'globalThis.beenTo';
/** In the page: how it is with what has the focus. Past the last thing to come to stands the page itself, which counts as nothing. */
const STEP = `(() => {
  const focus = document.activeElement;
  if (focus === null || focus === document.body) return 'none';
  if (!focus.checkVisibility()) return 'unseen';
  if (${BEEN}.has(focus)) return 'again';
  ${BEEN}.add(focus);
  return 'new';
})()`;

/** A learner at the page without a mouse: moves by Tab, acts by keys, and always knows where it is. */
export class KeyboardLearner {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** What has the focus now. */
  async focused(): Promise<Focused> {
    const focus = this.page.locator(':focus');
    if ((await focus.count()) === 0) return { role: 'none', name: '' };
    const [, role = '', name = ''] = /^- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?/.exec(await focus.ariaSnapshot()) ?? [];
    return { role, name };
  }

  /**
   * Tabs until what has the focus is called `name`; on the way, all that has it must be seen.
   * @throws when the focus comes round to where it has been
   */
  async tabTo(name: RegExp): Promise<void> {
    const passed: string[] = [];
    await this.page.evaluate(`void (${BEEN} = new Set())`);
    for (;;) {
      await this.page.keyboard.press('Tab');
      const step = await this.page.evaluate<string>(STEP);
      if (step === 'none') continue;
      const { role, name: called } = await this.focused();
      if (step === 'new' && name.test(called)) return;
      passed.push(`${role} “${called}”`);
      if (step !== 'new') throw new Error(`no way by Tab to ${name.source}, last one ${step}: ${passed.join(', ')}`);
    }
  }

  /** Tabs to what is called `name`, and presses `key` there. */
  async use(name: RegExp, key = 'Enter'): Promise<void> {
    await this.tabTo(name);
    await this.page.keyboard.press(key);
  }

  /** Tabs to the field called `name`, and types into it. */
  async write(name: RegExp, text: string): Promise<void> {
    await this.tabTo(name);
    await this.page.keyboard.type(text);
  }

  /** A screen has come: its heading has the focus. */
  async arrivesAt(heading: string, options: { timeout?: number } = {}): Promise<void> {
    await expect.poll(() => this.focused(), options).toEqual({ role: 'heading', name: heading });
  }

  /** What was used has changed the page, and has not left the learner nowhere. */
  async isSomewhere(): Promise<void> {
    expect((await this.focused()).role).not.toBe('none');
  }
}
