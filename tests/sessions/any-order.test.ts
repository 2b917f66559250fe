import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCodedError } from '../../core/errors.ts';
import type { SessionEvent } from '../../protocol/session-events.ts';
import { batch, learnerTurn } from './test-events.ts';
import { newSession, onBothDatabases } from './test-store.ts';

const TERMS = 3;
const EVENTS = 12;
/** What the coach of a term tells. */
const told = (term: number): SessionEvent[] => Array.from({ length: EVENTS }, (_, index) => learnerTurn(index + 1, { text: `term ${term} turn ${index + 1}` }));

/** A batch that somebody sends: a piece of what a term tells, perhaps late, twice or too early. */
const Sending = fc.record({ term: fc.integer({ min: 1, max: TERMS }), from: fc.nat({ max: EVENTS - 1 }), length: fc.nat({ max: 5 }) });
/** Those of a group are under way at once. */
const Schedule = fc.array(fc.array(Sending, { minLength: 1, maxLength: 6 }), { maxLength: 12 });

onBothDatabases((bench) => {
  test('however the batches come, each event is kept once, in order', async () => {
    const { sessions, leases, events, summaries } = await bench.open();
    await fc.assert(fc.asyncProperty(Schedule, async (schedule) => {
      const { record: { id } } = await sessions.begin(newSession());
      for (let term = 1; term <= TERMS; term += 1) {
        await leases.claim(id, 'job');
        if (term < TERMS) await leases.release(id, term);
      }
      const heard: string[] = [];
      const leave = events.onAppended((session, kept) => {
        if (session === id) heard.push(...kept.map(({ term, event }) => `${term}.${event.seq}`));
      });
      const send = async ({ term, from, length }: { term: number; from: number; length: number }): Promise<void> => {
        const piece = told(term).slice(from, from + length);
        const { seq } = await events.append(id, batch(term, piece)).catch((error: unknown) => {
          if (!isCodedError(error, 'EVENTS_GAP')) throw error;
          return { seq: Number(error.details['expected']) - 1 };
        });
        const kept = (await events.past(id)).filter((one) => one.term === term).map(({ event }) => event);
        expect(kept.length).toBeGreaterThanOrEqual(seq);
        expect(kept).toEqual(told(term).slice(0, kept.length));
      };
      for (const group of schedule) await Promise.all(group.map(send));
      // In the end everything is sent again, as after a crash.
      for (const term of [2, 3, 1]) expect(await events.append(id, batch(term, told(term)))).toEqual({ seq: EVENTS });
      const all = [1, 2, 3].flatMap((term) => told(term).map((event) => ({ term, event })));
      expect(await events.past(id)).toEqual(all);
      expect([...heard].sort()).toEqual(all.map(({ term, event }) => `${term}.${event.seq}`).sort());
      expect(await summaries.get(id)).toMatchObject({ turns: TERMS * EVENTS, words: TERMS * EVENTS * 4 });
      leave();
    }), { numRuns: 40 });
  });
});
