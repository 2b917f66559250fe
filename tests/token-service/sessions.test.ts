import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { createLogger } from '../../core/log.ts';
import { Sessions } from '../../token-service/sessions.ts';
import { exerciseNamed, PERSONA } from '../support/exercises-folder.ts';

const DAY = 24 * 3_600_000;
const lesson = { exercise: exerciseNamed('simulation_entretien'), persona: PERSONA };
let folder: string;
let clock: ManualClock;
const open = (): Sessions => new Sessions(folder, { clock, log: createLogger('test') });

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sessions-')), 'sessions');
  clock = new ManualClock();
});

it('keeps exercise and persona as they were, also over a restart', () => {
  const { record } = open().begin('room-a', lesson);
  expect(record.exercise).toEqual(lesson.exercise);
  expect(record.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(open().get(record.id).record).toEqual(record);
  expect(open().inRoom('room-a')?.exerciseId).toBe('simulation_entretien');
});

it('names the same content by the same hash, and another by another', () => {
  const sessions = open();
  const [a, b] = [sessions.begin('a', lesson), sessions.begin('b', lesson)];
  const c = sessions.begin('c', { ...lesson, exercise: { ...lesson.exercise, title: 'Autre' } });
  expect(a.record.hash).toBe(b.record.hash);
  expect(c.record.hash).not.toBe(a.record.hash);
});

it('writes for the owner alone', () => {
  const { record } = open().begin('room-a', lesson);
  expect(statSync(join(folder, `${record.id}.json`)).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual([`${record.id}.json`]);
});

it('finds a room’s last session until it has ended', () => {
  const sessions = open();
  const { record } = sessions.begin('room-a', lesson);
  sessions.end(record.id);
  expect(sessions.inRoom('room-a')).toBeUndefined();
  clock.advance(1_000);
  const next = sessions.begin('room-a', lesson);
  clock.advance(1_000);
  expect(open().inRoom('room-a')?.record.id).toBe(next.record.id);
  expect(sessions.get(record.id).endedAt).toBe(1_700_000_000_000);
});

it('forgets what is a day old', () => {
  const { record } = open().begin('room-a', lesson);
  clock.advance(DAY - 1);
  expect(open().get(record.id).record.room).toBe('room-a');
  clock.advance(2);
  expect(() => open().get(record.id)).toThrow(expect.objectContaining({ code: 'SESSION_UNKNOWN' }));
  expect(readdirSync(folder)).toEqual([]);
});

it('passes over a file that is damaged', () => {
  const { record } = open().begin('room-a', lesson);
  writeFileSync(join(folder, 'broken.json'), '{"record":');
  expect(open().running().map(({ record: { id } }) => id)).toEqual([record.id]);
});
