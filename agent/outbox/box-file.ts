import { join } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import { SessionEvent } from '../../protocol/session-events.ts';
import type { Disk } from './disk.ts';

/** The events of one coach's term of one session, and the process that writes them. */
export interface Box {
  readonly session: string;
  readonly term: number;
  readonly pid: number;
}

const NAME = /^([A-Za-z0-9-]{1,64})\.(\d{1,9})\.(\d{1,9})\.jsonl$/;

/** Its file begins with this; a recording of the same term lies beside it under the same name. */
export const boxName = ({ session, term, pid }: Box): string => `${session}.${term}.${pid}`;

export const boxFile = (folder: string, box: Box): string => join(folder, `${boxName(box)}.jsonl`);

/** The boxes of a folder, earlier terms first; none where it is not there. */
export async function listBoxes(disk: Disk, folder: string): Promise<Box[]> {
  const boxes = (await disk.list(folder)).flatMap((name): Box[] => {
    const [, session, term, pid] = NAME.exec(name) ?? [];
    return session === undefined ? [] : [{ session, term: Number(term), pid: Number(pid) }];
  });
  return boxes.sort((a, b) => a.term - b.term);
}

/** A job says so often that it is still at it, ms: its file is marked. */
export const BEAT = 5_000;
/** One that has said nothing for so long is gone, whatever process has its number by now, ms. */
const SILENT = 4 * BEAT;

/** Whether the job that writes a box is at it. */
export async function isWritten(disk: Disk, folder: string, box: Box): Promise<boolean> {
  return isAlive(box.pid) && Date.now() - (await disk.modified(boxFile(folder, box))) < SILENT;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

const Numbered = Type.Object({ seq: Type.Integer({ minimum: 1 }), at: Type.Integer() });

/**
 * All whole lines of a box, numbered from 1 without a gap. A line that a damaged disk left unreadable becomes an
 * `event_lost`, so that the others keep their places; a line torn by a crash was never an event.
 */
export async function readBox(disk: Disk, file: string): Promise<SessionEvent[]> {
  const content = await disk.read(file);
  const whole = content.toString('utf8', 0, content.lastIndexOf('\n') + 1);
  const events: SessionEvent[] = [];
  for (const line of whole.split('\n').slice(0, -1)) {
    const event = parseLine(line);
    const seq = Value.Check(Numbered, event) ? Math.max(event.seq, events.length + 1) : events.length + 1;
    const at = Value.Check(Numbered, event) ? event.at : (events.at(-1)?.at ?? 0);
    while (events.length + 1 < seq) events.push({ seq: events.length + 1, at, type: 'event_lost' });
    events.push(Value.Check(SessionEvent, event) && event.seq === seq ? event : { seq, at, type: 'event_lost' });
  }
  return events;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
