import { pino } from 'pino';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { ManualClock, type Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { readExerciseFile, parseExercise, parsePersona } from '../../coaching/exercise-file.ts';
import type { Exercise } from '../../coaching/exercise.ts';
import type { Persona } from '../../coaching/persona.ts';
import { SHIPPED_EXERCISES } from '../../core/paths.ts';
import type { StoreSecrets } from '../../core/secrets.ts';
import type { NewSession } from '../../sessions/sessions.ts';
import { openStore, type Store } from '../../sessions/store.ts';
import { PostgresServer } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Whose wall clock can be set, as an operator or a time server does. */
export class SettableClock extends ManualClock {
  #set = 0;

  override wall(): number {
    return super.wall() + this.#set;
  }

  /** Moves the wall clock alone. */
  set(ms: number): void {
    this.#set += ms;
  }
}

export const SETTINGS: Config['sessions'] = { keepDays: 365, keepRecordingsDays: 30, blobs: { s3Endpoint: '', s3Bucket: '', s3Region: 'us-east-1', s3Prefix: 'eloquence/' } };
export const NO_SECRETS: StoreSecrets = { databaseUrl: undefined, s3AccessKeyId: undefined, s3SecretAccessKey: undefined };

export interface StorePlace {
  readonly home: string;
  readonly databaseUrl: string | undefined;
}

/** What a suite that runs on both databases works with. */
export interface Bench {
  /** An empty place for a store; one a test. */
  place(): Promise<StorePlace>;
  /** A store, in a place of its own where none is given; closed with the test. */
  open(options?: { clock?: Clock; place?: StorePlace; settings?: Partial<Config['sessions']>; secrets?: Partial<StoreSecrets> }): Promise<Store>;
}

/** The same tests on SQLite and on PostgreSQL. @param ownTables the tests change the tables themselves */
export function onBothDatabases(suite: (bench: Bench) => void, { ownTables = false } = {}): void {
  describe('on SQLite', () => suite(benchOf(() => Promise.resolve(undefined))));
  describe('on PostgreSQL', () => {
    const server = usePostgres();
    suite(benchOf(() => (ownTables ? server().newDatabase() : server().emptiedDatabase())));
  });
}

/** A PostgreSQL server for the tests around. */
export function usePostgres(): () => PostgresServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server?.close());
  return () => {
    if (server === undefined) throw new Error('PostgreSQL is started before the tests.');
    return server;
  };
}

export function benchOf(newDatabase: () => Promise<string | undefined>): Bench {
  const place = async (): Promise<StorePlace> => ({ home: temporaryFolder(), databaseUrl: await newDatabase() });
  return {
    place,
    async open({ clock = new ManualClock(), place: at, settings = {}, secrets = {} } = {}) {
      const { home, databaseUrl } = at ?? (await place());
      const store = await openStore({ home, settings: { ...SETTINGS, ...settings }, secrets: { ...NO_SECRETS, ...secrets, databaseUrl }, clock, log: pino({ level: 'silent' }) });
      let closed: Promise<void> | undefined;
      const close = (): Promise<void> => (closed ??= store.close());
      onTestFinished(close);
      return { ...store, close };
    },
  };
}

const shippedExercise = readExerciseFile(`${SHIPPED_EXERCISES}/conversation_libre_marie.json`, (text) => parseExercise(text, 'conversation_libre_marie.json'));
const shippedPersona = readExerciseFile(`${SHIPPED_EXERCISES}/personas/marie_coach.json`, parsePersona);
if (!shippedExercise.ok || !shippedPersona.ok) throw new Error('The exercises that come with Eloquence cannot be read.');
export const EXERCISE: Exercise = shippedExercise.exercise;
export const PERSONA: Persona = shippedPersona.persona;

/** A session of a learner who agreed to be recorded. */
export const newSession = (over: Partial<NewSession> = {}): NewSession => ({ room: 'salon', learner: 'learner-1', exercise: EXERCISE, persona: PERSONA, record: true, ...over });
