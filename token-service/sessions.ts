import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { SessionRecord } from '../protocol/session.ts';
import type { Lesson } from './exercise-shelf.ts';

/** Kept this long, in ms: the learner's token is long dead by then. */
const KEPT = 24 * 3_600_000;

const Session = Type.Object({
  record: SessionRecord,
  exerciseId: Type.String(),
  /** Unix ms at which the coach closed it. */
  endedAt: Type.Optional(Type.Integer()),
});
export type Session = Static<typeof Session>;

/**
 * The sessions of the last day, each a file of its own (mode 0600), so that a coach finds its exercise as it was when
 * the session began, also after a restart of this service.
 */
export class Sessions {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();

  /** @throws CodedError DATA_UNWRITABLE */
  constructor(folder: string, { clock, log }: { clock: Clock; log: Logger }) {
    this.#folder = folder;
    this.#clock = clock;
    writing(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
      const session = read(join(folder, name));
      if (session === undefined) log.warn({ file: name }, 'a session file cannot be read; it is passed over');
      else this.#sessions.set(session.record.id, session);
    }
    this.prune();
  }

  /** @throws CodedError DATA_UNWRITABLE; then there is no session. */
  begin(room: string, { exercise, persona }: Lesson): Session {
    const record: SessionRecord = {
      id: randomUUID(),
      room,
      createdAt: new Date(this.#clock.wall()).toISOString(),
      hash: createHash('sha256').update(JSON.stringify({ exercise, persona })).digest('hex'),
      exercise,
      persona,
    };
    return this.#keep({ record, exerciseId: exercise.id });
  }

  /** @throws CodedError SESSION_UNKNOWN */
  get(id: string): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new CodedError('SESSION_UNKNOWN', { session: id });
    return session;
  }

  /** The session that a room is in, if it has not ended. */
  inRoom(room: string): Session | undefined {
    return this.running().filter(({ record }) => record.room === room).sort((a, b) => b.record.createdAt.localeCompare(a.record.createdAt))[0];
  }

  running(): Session[] {
    return [...this.#sessions.values()].filter(({ endedAt }) => endedAt === undefined);
  }

  end(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined && session.endedAt === undefined) this.#keep({ ...session, endedAt: this.#clock.wall() });
  }

  /** Takes back what `begin` did. */
  forget(id: string): void {
    this.#sessions.delete(id);
    rmSync(this.#file(id), { force: true });
  }

  prune(): void {
    const oldest = this.#clock.wall() - KEPT;
    for (const { record } of this.#sessions.values()) if (Date.parse(record.createdAt) < oldest) this.forget(record.id);
  }

  #keep(session: Session): Session {
    const file = this.#file(session.record.id);
    writing(this.#folder, () => {
      // Written aside and renamed: a reader after a crash finds the whole of it or nothing.
      writeFileSync(`${file}.new`, JSON.stringify(session), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    });
    this.#sessions.set(session.record.id, session);
    return session;
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

function read(file: string): Session | undefined {
  try {
    const session: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Value.Check(Session, session) ? session : undefined;
  } catch {
    return undefined;
  }
}

function writing(folder: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new CodedError('DATA_UNWRITABLE', { folder, reason: (cause as NodeJS.ErrnoException).code ?? 'unknown' }, { cause });
  }
}
