import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { ROOT } from '../../core/paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { benchOf, EXERCISE, NO_SECRETS, onBothDatabases, PERSONA, SETTINGS } from './test-store.ts';

const PROCESSES = 3;
const EVENTS = 40;

/** A process that opens a store and leads a session of its own in it. */
const program = (options: object): string => `
  import { systemClock } from '${ROOT}core/clock.ts';
  import { openStore } from '${ROOT}sessions/store.ts';
  import { pino } from 'pino';
  const { open, session } = ${JSON.stringify(options)};
  const store = await openStore({ ...open, clock: systemClock, log: pino({ level: 'silent' }) });
  const { record: { id } } = await store.sessions.begin(session);
  const { term } = await store.leases.claim(id, String(process.pid));
  for (let seq = 1; seq <= ${EVENTS}; seq += 1) {
    await store.events.append(id, { term, sentAt: Date.now(), events: [{ seq, at: Date.now(), type: 'coach_state', state: 'thinking' }] });
  }
  await store.close();
  console.log(id);
`;

onBothDatabases((bench) => {
  test('processes that open a new database at once, and write at once, lose nothing', async () => {
    const { home, databaseUrl } = await bench.place();
    const options = { open: { home, settings: SETTINGS, secrets: { ...NO_SECRETS, databaseUrl } }, session: { room: 'salon', learner: 'zoe', exercise: EXERCISE, persona: PERSONA, record: false } };
    const done = await Promise.all(Array.from({ length: PROCESSES }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program(options)], { cwd: ROOT })));
    const store = await bench.open({ place: { home, databaseUrl }, clock: systemClock });
    for (const { stdout } of done) expect((await store.events.past(stdout.trim())).map(({ event }) => event.seq)).toEqual(Array.from({ length: EVENTS }, (_, index) => index + 1));
    expect((await store.summaries.of('zoe')).sessions).toHaveLength(PROCESSES);
  });
}, { ownTables: true });

test('SQLite in a folder that is not there yet', async () => {
  const place = { home: `${temporaryFolder()}/a/b`, databaseUrl: undefined };
  await expect(benchOf(() => Promise.resolve(undefined)).open({ place })).resolves.toBeDefined();
});
