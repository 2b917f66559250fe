import { llm } from '@livekit/agents';
import { describe, expect, test } from 'vitest';
import { Conversation } from '../../agent/conversation.ts';
import { Dialogue } from '../../agent/dialogue.ts';
import { ManualClock } from '../../core/clock.ts';
import type { NewSessionEvent } from '../../protocol/session-events.ts';
import { shippedExercise, shippedPersona } from '../support/simulated-learner.ts';

/** A conversation whose coach says at once what it thinks; the test says how each of its speeches ends. */
function conversation({ minutes = 5 }: { minutes?: number } = {}) {
  const clock = new ManualClock();
  const exercise = { ...shippedExercise('conversation_libre_marie'), durationMinutes: minutes };
  const dialogue = new Dialogue({ id: 'session', room: 'room', createdAt: '2026-01-01T00:00:00Z', hash: 'hash', exercise, persona: shippedPersona(exercise.character) }, []);
  const events: NewSessionEvent[] = [];
  const said: string[] = [];
  let speech = Promise.withResolvers<boolean>();
  /** What was heard to its end. */
  const whole: string[] = [];
  const begin = (text: string): Promise<boolean> => {
    said.push(text);
    speech = Promise.withResolvers<boolean>();
    void speech.promise.then((heard) => heard && whole.push(text));
    return speech.promise;
  };
  const talk = new Conversation({
    dialogue,
    clock,
    recorder: { peek: () => [], answered: () => undefined },
    voice: { say: () => new ReadableStream() },
    board: { show: () => undefined },
    outbox: { add: (event) => void events.push(event) },
    llm: undefined,
    say: begin,
    said: () => speech.promise,
    hush: () => speech.resolve(false),
    learnerSpeaks: () => false,
  });
  let ended: string | undefined;
  void talk.ended.then((reason) => {
    ended = reason;
  });
  return {
    clock,
    talk,
    said,
    whole,
    ended: async (): Promise<string | undefined> => {
      await new Promise(setImmediate);
      return ended;
    },
    /** The coach's speech ends: heard to its end, or cut. */
    heard: (whole: boolean): void => {
      speech.resolve(whole);
      talk.floorChanged('listening');
    },
    /** The learner says this, one turn or several before the coach begins to answer. */
    hear: async (...turns: string[]): Promise<string> => {
      const context = new llm.ChatContext();
      context.addMessage({ role: 'user', content: 'Bonjour.' });
      context.addMessage({ role: 'assistant', content: 'Bonjour, je vous écoute.' });
      for (const content of turns) context.addMessage({ role: 'user', content });
      let reply = '';
      for await (const piece of talk.think(context, new AbortController().signal)) reply += piece.text;
      void begin(reply);
      talk.floorChanged('speaking');
      return reply;
    },
    begin: (): void => {
      talk.open(dialogue.open(), new ReadableStream());
      talk.run();
      speech.resolve(true);
    },
  };
}

test('an answer is to all that was said since the coach was last heard', async () => {
  const { begin, hear, heard, ended } = conversation();
  begin();
  await hear('J’ai terminé, merci.', 'Orhe-voix Marie.');
  heard(true);
  expect(await ended()).toBe('finished');
});

test('nobody is urged to speak in an empty room, and a silent learner is', () => {
  const { talk, clock, said, heard, begin } = conversation();
  begin();
  talk.rest();
  heard(true);
  clock.advance(60_000);
  expect(said).toHaveLength(1);
  talk.run();
  talk.floorChanged('listening');
  clock.advance(8_000);
  expect(said).toHaveLength(2);
});

test('a learner who is away again while they are welcomed back hears it once', async () => {
  const { talk, said, whole, heard, begin, ended } = conversation();
  begin();
  talk.takeUp();
  talk.rest();
  talk.run();
  talk.takeUp();
  heard(true);
  expect(await ended()).toBeUndefined();
  expect(said.slice(1)).toHaveLength(2);
  expect(whole).toEqual([said[0], said[2]]);
});

describe('the last words', () => {
  test('end the session when they have been heard, not before', async () => {
    const { begin, hear, heard, ended } = conversation();
    begin();
    await hear('J’ai fini');
    expect(await ended()).toBeUndefined();
    heard(true);
    expect(await ended()).toBe('finished');
  });

  test('cut once, leave the learner a turn; cut twice, end', async () => {
    const { begin, hear, heard, ended } = conversation();
    begin();
    await hear('J’ai terminé, merci.');
    heard(false);
    expect(await ended()).toBeUndefined();
    await hear('Au revoir Marie.');
    heard(false);
    expect(await ended()).toBe('finished');
  });

  test('are taken back from a learner who goes on, and said anew at the end', async () => {
    const { begin, hear, heard, ended } = conversation();
    begin();
    await hear('J’ai fini.');
    heard(false);
    await hear('Mes études à Lyon, et depuis je cherche du travail.');
    heard(true);
    expect(await ended()).toBeUndefined();
    await hear('Au revoir.');
    heard(false);
    expect(await ended()).toBeUndefined();
    await hear('Merci, au revoir.');
    heard(true);
    expect(await ended()).toBe('finished');
  });

  test('cut by somebody who then says nothing, end with the silence', async () => {
    const { begin, hear, heard, clock, ended } = conversation();
    begin();
    await hear('J’ai fini.');
    heard(false);
    clock.advance(7_999);
    expect(await ended()).toBeUndefined();
    clock.advance(1);
    expect(await ended()).toBe('finished');
  });

  test('asked for by a button, end even when they are cut', async () => {
    const { begin, heard, talk, ended } = conversation();
    begin();
    talk.command('finish');
    expect(await ended()).toBeUndefined();
    heard(false);
    expect(await ended()).toBe('finished');
  });

  test('come by themselves when the time is up', async () => {
    const { begin, heard, clock, said, ended } = conversation({ minutes: 1 });
    begin();
    clock.advance(60_000);
    expect(said).toHaveLength(2);
    heard(true);
    expect(await ended()).toBe('time');
  });
});
