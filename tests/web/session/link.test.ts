import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../web/src/api/reply.ts';
import { FIRST, nextLink, type Link, type LinkEvent } from '../../../web/src/session/link.ts';

const unreachable: Failure = { kind: 'unreachable' };
const refused = (retryable: boolean): Failure => ({ kind: 'refused', code: 'X', message: 'no', fix: 'none', retryable });

/** Plays events, each at its moment. */
const after = (link: Link, ...events: (readonly [LinkEvent, number])[]): Link => events.reduce((state, [event, now]) => nextLink(state, event, now), link);

describe('the way into the room', () => {
  it('leads straight in when all is well', () => {
    expect(after(FIRST, [{ type: 'joined' }, 0])).toEqual({ mode: 'live' });
  });

  it('waits longer after each failure, and after the fifth for three minutes', () => {
    const waits: number[] = [];
    let link: Link = FIRST;
    for (let now = 0; waits.length < 5; ) {
      link = nextLink(link, { type: 'failed', failure: unreachable }, now);
      if (link.mode !== 'waiting') throw new Error(`it is ${link.mode}`);
      waits.push(link.until - now);
      now = link.until;
      expect(link.resting).toBe(waits.length === 5);
      link = nextLink(link, { type: 'retried' }, now);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 180_000]);
  });

  it('rests again when three trials after a rest have failed', () => {
    let link: Link = { mode: 'waiting', failures: 0, until: 0, resting: true, rested: false, failure: unreachable };
    for (let trial = 1; trial <= 3; trial++) {
      link = after(link, [{ type: 'retried' }, 0], [{ type: 'failed', failure: unreachable }, 0]);
      expect(link).toMatchObject({ mode: 'waiting', resting: trial === 3 });
    }
    expect(link).toMatchObject({ until: 180_000, rested: true });
  });

  it('is closed again by one trial that succeeds', () => {
    const rested: Link = { mode: 'joining', failures: 2, again: true, rested: true };
    const link = after(rested, [{ type: 'joined' }, 0], [{ type: 'lost' }, 1], [{ type: 'failed', failure: unreachable }, 2]);
    expect(link).toMatchObject({ mode: 'waiting', resting: false, rested: false, until: 1_002 });
  });

  it('begins anew with its waits once it was in the room', () => {
    const link = after({ mode: 'joining', failures: 4, again: true, rested: false }, [{ type: 'joined' }, 0], [{ type: 'lost' }, 1], [{ type: 'failed', failure: unreachable }, 2]);
    expect(link).toMatchObject({ mode: 'waiting', failures: 1, until: 1_002 });
  });

  it('does not insist where the service said no', () => {
    expect(nextLink(FIRST, { type: 'failed', failure: refused(false) }, 0)).toEqual({ mode: 'refused', failure: refused(false) });
    expect(nextLink(FIRST, { type: 'failed', failure: refused(true) }, 0)).toMatchObject({ mode: 'waiting' });
  });
});

describe('the connection in the room', () => {
  it('wavers and steadies while LiveKit mends it', () => {
    expect(after({ mode: 'live' }, [{ type: 'wavered' }, 0])).toEqual({ mode: 'wavering' });
    expect(after({ mode: 'wavering' }, [{ type: 'steadied' }, 0])).toEqual({ mode: 'live' });
  });

  it('enters again when it is lost', () => {
    expect(after({ mode: 'wavering' }, [{ type: 'lost' }, 0])).toEqual({ mode: 'joining', failures: 0, again: true, rested: false });
  });

  it('tries only when it waits', () => {
    expect(nextLink({ mode: 'live' }, { type: 'retried' }, 0)).toEqual({ mode: 'live' });
  });

  it('is over for good', () => {
    const over: Link = { mode: 'over', why: 'left' };
    const events: LinkEvent[] = [{ type: 'joined' }, { type: 'lost' }, { type: 'steadied' }, { type: 'retried' }, { type: 'failed', failure: unreachable }, { type: 'ended', why: 'closed' }];
    for (const event of events) expect(nextLink(over, event, 0)).toBe(over);
  });
});
