import { expect, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { RESUMABLE } from '../../sessions/store.ts';
import { batch, BEGINNING, coachTurn, ended, learnerTurn, state } from './test-events.ts';
import { EXERCISE, newSession, onBothDatabases, PERSONA } from './test-store.ts';

onBothDatabases((bench) => {
  test('a summary counts as the events come in', async () => {
    const clock = new ManualClock();
    const { sessions, leases, events, summaries } = await bench.open({ clock });
    const { record: { id } } = await sessions.begin(newSession({ exercise: { ...EXERCISE, title: '<i>Titre</i>' } }));
    const exercise = { id: EXERCISE.id, title: '<i>Titre</i>', language: 'fr', coach: PERSONA.name, coachId: PERSONA.id };
    expect(await summaries.get(id)).toEqual({ id, learner: 'learner-1', exercise, startedAt: '2023-11-14T22:13:20.000Z', room: 'salon', seconds: 0, turns: 0, words: 0, recorded: true });
    await leases.claim(id, 'job');
    await events.append(id, batch(1, [
      state(1), coachTurn(2, { startedAt: BEGINNING + 1_000 }), learnerTurn(3, { startedAt: BEGINNING + 4_000, text: 'L’équipe a 38 000 clients — voilà !' }),
      coachTurn(4, { startedAt: BEGINNING + 90_000, durationMs: 0, text: '', clauses: [] }),
    ]));
    await events.append(id, batch(1, [learnerTurn(5, { source: 'text', words: [], startedAt: BEGINNING + 30_000, durationMs: 0, text: 'Oui' }), ended(6)]));
    expect(await summaries.get(id)).toEqual({ id, learner: 'learner-1', exercise, startedAt: '2023-11-14T22:13:20.000Z', endedAt: '2023-11-14T22:13:20.000Z', reason: 'finished', seconds: 29, turns: 2, words: 7, recorded: true });
  });

  test('a room is named as long as one can go on in it', async () => {
    const clock = new ManualClock();
    const { sessions, summaries } = await bench.open({ clock });
    const { record: { id } } = await sessions.begin(newSession());
    clock.advance(RESUMABLE - 1);
    expect((await summaries.get(id)).room).toBe('salon');
    clock.advance(1);
    expect((await summaries.get(id)).room).toBeUndefined();
  });

  test('a history comes page by page, newest first, each session once', async () => {
    const clock = new ManualClock();
    const { sessions, summaries } = await bench.open({ clock });
    const mine: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      // Some begin in the same millisecond.
      if (count % 3 === 0) clock.advance(1_000);
      mine.push((await sessions.begin(newSession())).record.id);
      await sessions.begin(newSession({ learner: 'learner-2' }));
    }
    const seen: string[] = [];
    let before: string | undefined;
    let pages = 0;
    do {
      const page = await summaries.of('learner-1', { before, limit: 5 });
      seen.push(...page.sessions.map(({ id }) => id));
      before = page.next;
      pages += 1;
    } while (before !== undefined);
    expect(pages).toBe(3);
    expect([...seen].sort()).toEqual([...mine].sort());
    expect((await summaries.all({ limit: 200 })).sessions).toHaveLength(24);
    expect(await summaries.of('nobody')).toEqual({ sessions: [] });
  });

  test('odd pages', async () => {
    const { sessions, summaries } = await bench.open();
    for (let count = 0; count < 3; count += 1) await sessions.begin(newSession());
    for (const before of ['x', '', '1.2', "1'; --", `${'9'.repeat(30)}.00000000-0000-4000-8000-000000000000`]) await expect(summaries.of('learner-1', { before })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    for (const [limit, size] of [[0, 1], [-5, 1], [Number.NaN, 1], [1e9, 3], [2.7, 2]] as const) expect((await summaries.of('learner-1', { limit })).sessions).toHaveLength(size);
  });
});
