import type { Page, Route } from 'playwright-core';
import { wavFile } from '../../protocol/pcm.ts';
import type { ReviewTurn, SessionReview, SessionSummary } from '../../protocol/session-review.ts';
import { sine, toPcm } from '../support/tones.ts';

const BEGIN = Date.parse('2026-11-20T17:30:00Z');
const RATE = 16_000;

const EXERCISE = { id: 'conversation_libre_marie', title: 'Exercice conversation_libre_marie', language: 'fr', coach: 'Marie', coachId: 'marie_coach' };

/** A session that was brought to its end, with a recording; `changes` make it another. */
export function summary(changes: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id: 's1', learner: 'l1', exercise: EXERCISE, startedAt: new Date(BEGIN).toISOString(), endedAt: new Date(BEGIN + 300_000).toISOString(),
    reason: 'finished', seconds: 285, turns: 12, words: 412, recorded: true, ...changes,
  };
}

/** A session that can be gone on with. */
export function openSummary(room: string): SessionSummary {
  const open = summary({ id: 'open', room, startedAt: new Date(Date.now() - 20 * 60_000).toISOString(), recorded: false });
  delete open.endedAt;
  delete open.reason;
  return open;
}

const turn = (who: ReviewTurn['who'], seconds: number, sentences: readonly (readonly [string, number, number])[], changes: Partial<ReviewTurn> = {}): ReviewTurn => ({
  who, how: 'voice', at: BEGIN + seconds * 1_000, durationMs: 4_000, words: [], interrupted: false,
  sentences: sentences.map(([text, at, length]) => ({ text, at: BEGIN + at * 1_000, durationMs: length * 1_000 })),
  ...changes,
});

/** A review of three turns; its recording of 12 s begins with it. */
export function review(changes: Partial<SessionReview> = {}): SessionReview {
  return {
    session: summary(),
    turns: [
      turn('coach', 1, [['Bonjour, je suis Marie.', 1, 1.5], ['De quoi parlons-nous ?', 2.5, 1.5]]),
      turn('learner', 5, [['Bonjour Marie.', 5, 1], ['Je prépare un exposé.', 6, 2]]),
      turn('learner', 9, [['Un exposé sur la mer.', 9, 0]], { how: 'text', durationMs: 0 }),
    ],
    measures: { wordsPerMinute: 132.4, talkShare: 0.58, pauses: { count: 14, perMinute: 5.2, longestMs: 1_830, ratio: 0.12 } },
    recordings: [{ url: '/sessions/s1/recordings/1', startedAt: BEGIN, durationMs: 12_000 }],
    ...changes,
  };
}

/** What the service is made to keep of the learner. What is asked of it is written down. */
export interface FakeHistory {
  readonly asked: string[];
  sessions: SessionSummary[];
  reviews: SessionReview[];
  /** What follows the first page. */
  older: SessionSummary[];
}

/**
 * Answers in the service's stead for sessions that nobody has held, and with a voice where no engine makes one. What it
 * knows nothing of goes to the service itself.
 */
export async function fakeHistory(page: Page, { sessions = [], reviews = [], older = [] }: Partial<Omit<FakeHistory, 'asked'>> = {}): Promise<FakeHistory> {
  const fake: FakeHistory = { asked: [], sessions, reviews, older };
  if (sessions.length > 0) await page.addInitScript(() => localStorage.setItem('eloquence.visited', 'yes'));
  const sound = wavFile({ pcm: toPcm(sine(220, RATE, 12)), sampleRate: RATE });
  const answer = (path: RegExp, reply: (route: Route, url: URL) => Promise<void>) =>
    page.route((url) => path.test(url.pathname), async (route) => {
      const url = new URL(route.request().url());
      fake.asked.push(`${route.request().method()} ${url.pathname}${url.search}`);
      await reply(route, url);
    });
  await answer(/^\/sessions$/, (route, url) =>
    route.fulfill({ json: url.searchParams.has('before') ? { sessions: fake.older } : { sessions: fake.sessions, ...(fake.older.length > 0 ? { next: 'older' } : {}) } }));
  await answer(/^\/sessions\/[^/]+$/, (route, url) => {
    if (route.request().method() === 'DELETE') {
      fake.sessions = fake.sessions.filter(({ id }) => url.pathname !== `/sessions/${id}`);
      return route.fulfill({ status: 204 });
    }
    const found = fake.reviews.find(({ session }) => url.pathname === `/sessions/${session.id}`);
    return found ? route.fulfill({ json: found }) : route.fallback();
  });
  await answer(/^\/learners\/me\/export$/, (route) => route.fulfill({ json: { sessions: fake.sessions } }));
  await answer(/^\/learners\/me$/, (route) => {
    const erased = fake.sessions.length;
    Object.assign(fake, { sessions: [], reviews: [], older: [] });
    return route.fulfill({ json: { sessions: erased, recordings: 0 } });
  });
  await answer(/^\/(sessions\/[^/]+\/recordings|personas)\//, (route) => ranged(route, sound));
  return fake;
}

/** Serves `sound` by the range that is asked for, as a player needs it to be able to seek. */
async function ranged(route: Route, sound: Uint8Array): Promise<void> {
  const body = Buffer.from(sound);
  const [, first] = /bytes=(\d+)-/.exec(route.request().headers()['range'] ?? '') ?? [];
  const from = Number(first ?? 0);
  await route.fulfill({
    status: first === undefined ? 200 : 206,
    body: body.subarray(from),
    headers: { 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` },
  });
}
