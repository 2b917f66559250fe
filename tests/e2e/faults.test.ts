import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ServiceName } from '../../ops/up/services.ts';
import type { Sound } from '../../protocol/pcm.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { learnerSpeech } from '../support/learner-speech.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

/** Parts die in the middle of a session: the learner is told, nothing is lost, and it goes on when they are back. */
describe('a session whose parts fail', () => {
  let stack: TestStack;
  let hello: Sound;
  beforeAll(async () => {
    stack = await startTestStack({ env: { ELOQUENCE_EXERCISES: exercisesFolder('conversation_libre_marie') } });
    hello = await learnerSpeech(stack.inference, 'Bonjour, je voudrais parler de mon travail.');
  });
  afterAll(() => stack.stop());

  const killed = async (name: ServiceName): Promise<void> => {
    const service = stack.stack.processes.get(name);
    if (service?.state.kind !== 'ready') throw new Error(`${name} is not running`);
    const down = new Promise<void>((resolve) => {
      const stop = service.onState(({ kind }) => {
        if (kind !== 'down') return;
        stop();
        resolve();
      });
    });
    process.kill(service.state.pid, 'SIGKILL');
    await down;
  };
  const back = async (name: ServiceName): Promise<void> => {
    await stack.stack.processes.get(name)?.ready();
  };

  /** The worker registers a moment after the media server is back; a page asks again, too. */
  const rejoin = (room: string): ReturnType<TestStack['join']> => vi.waitFor(() => stack.join({ room }), { timeout: 40_000, interval: 250 });

  test('inference dies: the coach says that it cannot hear, reads and writes, and hears again when it is back', async () => {
    const { learner, events } = await stack.meet();
    await killed('inference');

    // Typing goes on at once, in writing.
    await learner.type('Vous êtes encore là ?');
    const written = await events.next(learner, 'coach_turn', ({ turn }) => turn === 1);
    expect(written.text.length).toBeGreaterThan(5);
    expect(written.levels).toEqual(['emergency']);

    await back('inference');
    await events.next(learner, 'part_recovered', ({ part }) => part === 'tts' || part === 'stt');
    await learner.coachIs((coach) => !(coach['eloquence.degraded'] ?? '').includes('stt'));
    await learner.quiet(1_000);
    const { endedAt } = await learner.say(hello);
    await learner.hears(endedAt);
    const turn = await events.next(learner, 'learner_turn', ({ source }) => source === 'voice');
    expect(turn.text.toLowerCase()).toContain('travail');
    await learner.leave();
  });

  test('the token-service dies: the conversation does not notice', async () => {
    const { learner, events } = await stack.meet();
    await killed('token-service');
    const { endedAt } = await learner.say(hello);
    await learner.hears(endedAt);
    await back('token-service');
    // What it was not there to be told, it is told.
    await events.next(learner, 'learner_turn', ({ turn }) => turn === 1);
    await learner.leave();
  });

  test('the agent dies: another coach comes, and goes on where the first one was', async () => {
    const { learner, events } = await stack.meet();
    await learner.say(hello);
    await events.next(learner, 'coach_turn', ({ turn }) => turn === 1);
    await killed('agent');
    const silence = performance.now();
    await back('agent');
    await learner.hears(silence + 500);
    await learner.quiet(1_000);
    await learner.say(hello);
    // Turn numbers go on: it is the same session, in its second coach's term.
    await events.next(learner, 'learner_turn', ({ turn }) => turn === 2);
    const all = await events.all();
    const second = all.findIndex(({ seq }, index) => index > 0 && seq === 1);
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => (index < second ? index : index - second) + 1));
    expect(all.filter(({ type }) => type === 'session_started')).toHaveLength(1);
    await learner.leave();
  });

  test('livekit-server dies: a learner who asks for the same room finds the coach and the conversation again', async () => {
    const { learner, events } = await stack.meet();
    await learner.say(hello);
    await events.next(learner, 'coach_turn', ({ turn }) => turn === 1);
    const { roomName, session } = learner;
    await killed('livekit');
    await learner.leave();
    await back('livekit');

    const again = await rejoin(roomName);
    expect(again.session).toBe(session);
    await again.hears();
    await again.quiet(1_000);
    await again.say(hello);
    await events.next(again, 'learner_turn', ({ turn }) => turn === 2);
    await again.leave();
  });

  test('the outbox’s disk is full: the session goes on, and what waited is written when it takes it again', async () => {
    const { learner, events } = await stack.meet();
    await events.next(learner, 'coach_turn');
    // A file where the folder was refuses every write, for root too.
    const folder = join(stack.home, 'outbox');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');

    const { endedAt } = await learner.say(hello);
    const answeredAt = await learner.hears(endedAt);
    await learner.quiet(1_000, answeredAt);
    // The token service is told nevertheless.
    const { seq } = await events.next(learner, 'coach_turn', ({ turn }) => turn === 1);
    rmSync(folder);
    const onDisk = (): string => readdirSync(folder).filter((name) => name.startsWith(learner.session)).map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    await expect.poll(() => (existsSync(folder) ? onDisk() : '')).toContain(`{"seq":${seq},`);
    await learner.leave();
  });
});
