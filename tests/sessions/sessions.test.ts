import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { EXERCISE, newSession, onBothDatabases, PERSONA } from './test-store.ts';

onBothDatabases((bench) => {
  test('a session is as it began', async () => {
    const { sessions } = await bench.open();
    const begun = await sessions.begin(newSession());
    expect(begun).toEqual({
      record: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, room: 'salon', createdAt: '2023-11-14T22:13:20.000Z', hash: createHash('sha256').update(JSON.stringify({ exercise: EXERCISE, persona: PERSONA })).digest('hex'), exercise: EXERCISE, persona: PERSONA },
      exerciseId: 'conversation_libre_marie', learner: 'learner-1', recordAgreed: true, createdAt: 1_700_000_000_000, term: 0, leased: false, released: false,
    });
    expect(await sessions.get(begun.record.id)).toEqual(begun);
  });

  test('it is there after a restart, with the exercise as it was', async () => {
    const place = await bench.place();
    const before = await bench.open({ place });
    const begun = await before.sessions.begin(newSession());
    const edited = await before.sessions.begin(newSession({ exercise: { ...EXERCISE, title: 'Un autre titre' } }));
    await before.close();
    const { sessions } = await bench.open({ place });
    expect(await sessions.get(begun.record.id)).toEqual(begun);
    expect((await sessions.get(edited.record.id)).record.exercise).toMatchObject({ title: 'Un autre titre' });
    expect(edited.record.hash).not.toBe(begun.record.hash);
  });

  test.for(['', 'nobody', '00000000-0000-4000-8000-000000000000', "'; drop table sessions; --", 'a\0b', '🙂'.repeat(40)])('there is no session %j', async (id) => {
    const { sessions, events, leases, learners, recordings } = await bench.open();
    await expect(sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    await expect(events.past(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    await expect(leases.claim(id, 'job')).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    await expect(learners.eraseSession(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    await expect(recordings.open(id, 1)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    await expect(sessions.end(id, 'closed')).resolves.toBeUndefined();
    await expect(sessions.forget(id)).resolves.toBeUndefined();
  });

  test('a room is in its latest session that has not ended', async () => {
    const clock = new ManualClock();
    const { sessions } = await bench.open({ clock });
    const first = await sessions.begin(newSession());
    clock.advance(1_000);
    const second = await sessions.begin(newSession());
    const elsewhere = await sessions.begin(newSession({ room: 'autre' }));
    expect((await sessions.inRoom('salon'))?.record.id).toBe(second.record.id);
    expect((await sessions.running()).map(({ record }) => record.id)).toEqual([first.record.id, ...[second.record.id, elsewhere.record.id].sort()]);
    await sessions.end(second.record.id, 'closed');
    expect((await sessions.inRoom('salon'))?.record.id).toBe(first.record.id);
    await sessions.end(first.record.id, 'closed');
    expect(await sessions.inRoom('salon')).toBeUndefined();
    expect(await sessions.inRoom('nowhere')).toBeUndefined();
  });

  test('it ends once', async () => {
    const clock = new ManualClock();
    const { sessions } = await bench.open({ clock });
    const { record: { id } } = await sessions.begin(newSession());
    clock.advance(5_000);
    await sessions.end(id, 'left');
    clock.advance(5_000);
    await sessions.end(id, 'closed');
    expect(await sessions.get(id)).toMatchObject({ endedAt: 1_700_000_005_000, reason: 'left', leased: false });
  });

  test('a learner may agree to be recorded later', async () => {
    const { sessions, summaries } = await bench.open();
    const { record: { id } } = await sessions.begin(newSession({ record: false }));
    await sessions.agreeToRecording(id);
    expect((await sessions.get(id)).recordAgreed).toBe(true);
    expect((await summaries.get(id)).recorded).toBe(true);
  });

  test('the database answers', async () => {
    const { check } = await bench.open();
    await expect(check()).resolves.toBeUndefined();
  });

  test('a beginning can be taken back', async () => {
    const { sessions } = await bench.open();
    const { record: { id } } = await sessions.begin(newSession());
    await sessions.forget(id);
    await sessions.forget(id);
    await expect(sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    expect(await sessions.inRoom('salon')).toBeUndefined();
  });

  test('names come back as they are', async () => {
    const { sessions } = await bench.open();
    const odd = newSession({ room: '<img src=x onerror=alert(1)>', learner: "Zoë O'Brien 🎤 %_\\", exercise: { ...EXERCISE, title: '<b>Titre</b>' } });
    const { record: { id } } = await sessions.begin(odd);
    expect(await sessions.get(id)).toMatchObject({ record: { room: odd.room, exercise: { title: '<b>Titre</b>' } }, learner: odd.learner });
    expect((await sessions.inRoom(odd.room))?.record.id).toBe(id);
  });
});
