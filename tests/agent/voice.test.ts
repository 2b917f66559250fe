import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { createLogger } from '../../core/log.ts';
import { EmergencyClips } from '../../agent/emergency-clips.ts';
import { Voice } from '../../agent/voice.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';
import { joined } from '../../protocol/pcm.ts';
import { wordsIn, WordServer, type Fault } from '../support/word-server.ts';

const log = createLogger('test', 'silent');
/** Time passes only while a server hangs. */
const clock = new ManualClock();

const servers: WordServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function serve(faults: readonly (Fault | undefined)[] = []): Promise<WordServer> {
  const server = await WordServer.start(faults, { whileStuck: () => clock.advance(25) });
  servers.push(server);
  return server;
}

interface Spoken {
  /** Numbers of the words, in the order in which they were played. */
  readonly words: number[];
  readonly clauses: string[];
  readonly available: boolean[];
}

/** Plays a reply to its end, as fast as it comes. */
async function play(text: string, ...urls: string[]): Promise<Spoken> {
  const available: boolean[] = [];
  const voice = new Voice({ inference: new InferenceClient(urls), session: 's1', voice: 'ff_siwis', speed: 1, language: 'fr', clips: new EmergencyClips('fr'), fixed: new Set(), onAvailable: (is) => available.push(is), clock, log });
  const clauses: string[] = [];
  const pieces: Int16Array[] = [];
  for await (const frame of voice.say(text)) {
    const clause = voice.clauseOf(frame);
    if (clause !== undefined) clauses.push(`${clause.level}: ${clause.text}`);
    pieces.push(Int16Array.from(frame.data));
  }
  return { words: wordsIn(joined(pieces)), clauses, available };
}

const sentence = (from: number, count: number): string => `${Array.from({ length: count }, (_, n) => `Mot${from + n}`).join(' ')}.`;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

describe('a reply', () => {
  it('is said clause by clause, for one session, the first one urgently', async () => {
    const server = await serve();
    expect(await play(`${sentence(1, 4)} ${sentence(5, 4)}`, server.url)).toEqual({ words: upTo(8), clauses: ['kokoro: Mot1 Mot2 Mot3 Mot4.', 'kokoro: Mot5 Mot6 Mot7 Mot8.'], available: [true, true] });
    expect(server.requests).toMatchObject([{ session: 's1', priority: 'first', due_ms: 1_000 }, { session: 's1', priority: 'rest' }]);
  });

  it('goes on with another level where one breaks off, and stays with it', async () => {
    const server = await serve([undefined, { kind: 'breaks off', after: 2 }]);
    const { words, available } = await play([1, 5, 9].map((from) => sentence(from, 4)).join(' '), server.url);
    expect(words).toEqual(upTo(12));
    expect(available.at(-1)).toBe(true);
    expect(server.requests.map(({ avoid = [] }) => avoid)).toEqual([[], [], ['kokoro'], ['kokoro']]);
  });

  it('goes on with another server where one is gone, and does not ask that one again', async () => {
    const dead = await serve();
    const { url } = dead;
    await dead[Symbol.asyncDispose]();
    const alive = await serve();
    expect((await play(`${sentence(1, 4)} ${sentence(5, 4)}`, url, alive.url)).words).toEqual(upTo(8));
    expect(alive.requests).toHaveLength(2);
  });

  it('goes on with another server where one hangs', async () => {
    const hanging = await serve([{ kind: 'hangs' }, { kind: 'hangs' }, { kind: 'hangs' }]);
    const alive = await serve();
    expect((await play(`${sentence(1, 4)} ${sentence(5, 4)}`, hanging.url, alive.url)).words).toEqual(upTo(8));
    expect([hanging.requests.length, alive.requests.length]).toEqual([1, 2]);
  });

  it('ends with the emergency clip when nothing can speak', async () => {
    const server = await serve(Array.from({ length: 3 }, () => ({ kind: 'refuses' })));
    const { words, clauses, available } = await play(`${sentence(1, 4)} ${sentence(5, 4)}`, server.url);
    expect([words, available]).toEqual([[], [false]]);
    expect(clauses).toEqual([expect.stringContaining('emergency: Excusez-moi')]);
  });

  it('stops what is being made when nobody listens any more', async () => {
    const server = await serve([{ kind: 'falls silent', after: 1 }]);
    const voice = new Voice({ inference: new InferenceClient(server.url), session: 's1', voice: 'ff_siwis', speed: 1, language: 'fr', clips: new EmergencyClips('fr'), fixed: new Set(), onAvailable: () => undefined, clock, log });
    const reader = voice.say(sentence(1, 4)).getReader();
    await reader.read();
    await reader.cancel();
    expect((await reader.read()).done).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});

describe('whatever fails, and whenever', () => {
  const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 4 },
    { arbitrary: fc.record({ kind: fc.constantFrom('refuses', 'hangs') }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constantFrom('breaks off', 'falls silent'), after: fc.integer({ min: 0, max: 4 }) }), weight: 3 },
  );

  it('nothing is said twice, nothing out of order, and nothing is missing where something could speak', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), fc.array(fault, { maxLength: 6 }), fc.array(fault, { maxLength: 3 }), async (lengths, first, second) => {
      let from = 1;
      const text = lengths.map((count) => {
        const said = sentence(from, count);
        from += count;
        return said;
      }).join(' ');
      const [one, two] = [await serve(first), await serve(second)];
      const { words, available } = await play(text, one.url, two.url);
      expect(words).toEqual([...new Set(words)].toSorted((a, b) => a - b));
      expect(words).toEqual(upTo(available.at(-1) === true ? from - 1 : words.length));
    }), { numRuns: 60 });
  }, 120_000);
});

