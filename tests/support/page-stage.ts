import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { COACH_ATTRIBUTES } from '../../protocol/room.ts';
import { openBrowser, type BrowserOptions, type TestBrowser } from './browser.ts';
import { enterSession, type EntryOptions, type LearnerPage } from './learner-page.ts';
import { hostPage, type HostOptions, type PageHost } from './page-host.ts';
import { StandInCoach } from './stand-in-coach.ts';

/** Of a coach that listens, in a session that is under way. */
export const LISTENING: Readonly<Record<string, string>> = { 'lk.agent.state': 'listening', [COACH_ATTRIBUTES.stage]: 'running' };

/** A learner and a coach in one session. */
export interface Meeting {
  readonly page: Page;
  readonly complaints: string[];
  readonly room: string;
  readonly coach: StandInCoach;
}

interface StageOptions extends HostOptions {
  /** How long browsers and coaches stay that are asked for, default each test. */
  readonly clears?: 'after each test' | 'at the end';
}

/** The page, learners and coaches for the tests of one `describe`. What is opened goes away by itself. */
interface PageStage {
  readonly host: PageHost;
  /** An address of the page: what follows its first `/`. `hostName`: as `BrowserOptions` has it. */
  url(path?: string, hostName?: string): string;
  /** A browser that is nowhere yet. */
  browser(options?: BrowserOptions): Promise<TestBrowser>;
  /** A browser at `path`. */
  open(options?: BrowserOptions & { readonly path?: string }): Promise<TestBrowser>;
  /** A learner in a session, still without a coach. */
  enter(options?: EntryOptions): Promise<LearnerPage>;
  /** A coach in `room` that shows `attributes`. */
  coach(room: string, attributes?: Readonly<Record<string, string>>): Promise<StandInCoach>;
  /** A learner in a session, and a coach that listens. */
  meet(options?: EntryOptions, attributes?: Readonly<Record<string, string>>): Promise<Meeting>;
}

/** Sets the page up before the tests of the `describe` that calls it, once for all of them. */
export function pageStage({ clears = 'after each test', ...options }: StageOptions = {}): PageStage {
  let started: PageHost | undefined;
  let opened: (() => Promise<void>)[] = [];
  const clear = async (): Promise<void> => {
    const leaving = opened;
    opened = [];
    await Promise.all(leaving.map((leave) => leave()));
  };
  beforeAll(async () => {
    started = await hostPage(options);
  });
  if (clears === 'after each test') afterEach(clear);
  afterAll(async () => {
    await clear();
    await started?.close();
  });

  const stage: PageStage = {
    get host() {
      if (!started) throw new Error('the page is set up before the first test');
      return started;
    },
    url: (path = '', hostName = '127.0.0.1') => new URL(path, stage.host.url.replace('127.0.0.1', hostName)).href,
    async browser(asked) {
      const browser = await openBrowser(asked);
      opened.push(() => browser.close());
      return browser;
    },
    async open({ path, ...asked } = {}) {
      const browser = await stage.browser(asked);
      await browser.page.goto(stage.url(path, asked.hostName));
      return browser;
    },
    async enter(asked = {}) {
      const learner = await enterSession(stage.url('', asked.hostName), asked);
      opened.push(() => learner.close());
      return learner;
    },
    async coach(room, attributes) {
      const coach = await StandInCoach.join(stage.host.livekit, room);
      opened.push(() => coach.leave());
      if (attributes) await coach.is({ ...attributes });
      return coach;
    },
    async meet(asked, attributes = LISTENING) {
      const { page, complaints, room } = await stage.enter(asked);
      const coach = await stage.coach(room, attributes);
      await page.getByText('Marie vous écoute').waitFor();
      return { page, complaints, room, coach };
    },
  };
  return stage;
}
