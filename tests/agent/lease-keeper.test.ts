import { describe, expect, test } from 'vitest';
import { claimLease, LeaseKeeper } from '../../agent/lease-keeper.ts';
import { ManualClock } from '../../core/clock.ts';
import { CodedError, type ErrorCode } from '../../core/errors.ts';
import { createLogger } from '../../core/log.ts';
import type { Lease } from '../../protocol/session-lease.ts';

const log = createLogger('test', 'silent');
const lease: Lease = { term: 3, ttl: 15_000, past: [], session: { id: 's', room: 'r', createdAt: '2026-01-01T00:00:00Z', hash: 'h', exercise: {}, persona: {} } };
const turnAround = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function advance(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    clock.advance(250);
    await turnAround();
  }
}

describe('claiming a lease', () => {
  /** Answers with these codes in turn, then with the lease. */
  function service(...codes: ErrorCode[]) {
    const claims: string[] = [];
    return { claims, claim: (session: string, holder: string) => {
      claims.push(`${session} ${holder}`);
      const code = codes.shift();
      return code === undefined ? Promise.resolve(lease) : Promise.reject(new CodedError(code));
    } };
  }

  test('waits for one whose holder may have died just now', async () => {
    const clock = new ManualClock();
    const tokenService = service('LEASE_HELD', 'ENGINE_UNAVAILABLE', 'LEASE_HELD');
    const claimed = claimLease(tokenService, { session: 's', holder: 'job', clock, patience: 17_000 });
    await advance(clock, 2_000);
    expect(await claimed).toBe(lease);
    expect(tokenService.claims).toEqual(Array(4).fill('s job'));
  });

  test('gives up when another coach keeps it, and at once where the session is over', async () => {
    const clock = new ManualClock();
    const held = claimLease({ claim: () => Promise.reject(new CodedError('LEASE_HELD')) }, { session: 's', holder: 'job', clock, patience: 3_000 });
    const refused = expect(held).rejects.toMatchObject({ code: 'LEASE_HELD' });
    await advance(clock, 4_000);
    await refused;
    const over = service('SESSION_OVER');
    await expect(claimLease(over, { session: 's', holder: 'job', clock, patience: 17_000 })).rejects.toMatchObject({ code: 'SESSION_OVER' });
    expect(over.claims).toHaveLength(1);
  });
});

describe('keeping it', () => {
  function keeper(answer: () => Promise<void>) {
    const clock = new ManualClock();
    const calls: string[] = [];
    let lost = 0;
    const keeping = new LeaseKeeper({
      clock, lease, log,
      tokenService: {
        renew: (session, term) => {
          calls.push(`renew ${session} ${term}`);
          return answer();
        },
        release: (session, term) => {
          calls.push(`release ${session} ${term}`);
          return answer();
        },
      },
      onLost: () => {
        lost += 1;
      },
    });
    return { clock, calls, keeping, lost: () => lost };
  }

  test('renews it three times as often as it runs out, until it is given back', async () => {
    const { clock, calls, keeping } = keeper(() => Promise.resolve());
    await advance(clock, 15_000);
    await keeping.close({ release: true });
    await advance(clock, 15_000);
    expect(calls).toEqual(['renew s 3', 'renew s 3', 'renew s 3', 'release s 3']);
  });

  test('goes on while the token service is away: it gives the lease to nobody else', async () => {
    const { clock, calls, keeping, lost } = keeper(() => Promise.reject(new CodedError('ENGINE_UNAVAILABLE')));
    await advance(clock, 60_000);
    expect([calls.length, lost()]).toEqual([12, 0]);
    await expect(keeping.close({ release: true })).resolves.toBeUndefined();
  });

  test('tells once that another coach has it', async () => {
    const { clock, calls, lost } = keeper(() => Promise.reject(new CodedError('LEASE_LOST')));
    await advance(clock, 30_000);
    expect([calls.length, lost()]).toEqual([1, 1]);
  });
});
