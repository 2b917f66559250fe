import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReviewTurn, SessionReview } from '../../protocol/session-review.ts';
import { errorOnTheWay } from '../support/coach-speech.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { learnerSpeech } from '../support/learner-speech.ts';
import { rms } from '../support/sound.ts';
import { rendersGreeting } from '../support/rendered-greeting.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { wordErrorRate } from '../../core/word-error-rate.ts';

const RATE = 16_000;
const SAID = 'Bonjour Marie, je voudrais travailler mon élocution, parce que je parle trop vite.';

describe('a session that is recorded', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ env: { ELOQUENCE_EXERCISES: exercisesFolder('conversation_libre_marie') } });
    await rendersGreeting(stack.inference);
  });
  afterAll(() => stack.stop());

  const outbox = (): string[] => readdirSync(join(stack.home, 'outbox'));

  /** One turn of the learner with its answer, and the end of the session. */
  async function talk(record: boolean): Promise<SessionReview> {
    const { learner, events } = await stack.meet({ record });
    const { endedAt } = await learner.say(await learnerSpeech(stack.inference, SAID));
    const answeredAt = await learner.hears(endedAt);
    await learner.quiet(1_000, answeredAt);
    await learner.type('J’ai fini, au revoir.');
    await events.next(learner, 'session_ended');
    await learner.leave();
    await expect.poll(() => outbox(), { timeout: 20_000 }).toEqual([]);
    return stack.tokenService.review(learner.session);
  }

  test('plays both sides, each at its side and at the time of its words', async () => {
    const { session, turns, recordings: [recording] } = await talk(true);
    expect(session).toMatchObject({ recorded: true, endedAt: expect.any(String) as string });
    const file = Buffer.from(await new Response(await stack.tokenService.recording(session.id, 1)).arrayBuffer());
    const stereo = execFileSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', '-f', 's16le', '-ac', '2', '-ar', String(RATE), 'pipe:1'], { input: file, maxBuffer: 1e9 });
    const samples = new Int16Array(stereo.buffer.slice(stereo.byteOffset, stereo.byteOffset + stereo.length));
    const side = (channel: 0 | 1): Int16Array => samples.filter((_, index) => index % 2 === channel);
    const sides = { learner: side(0), coach: side(1) };
    const startedAt = recording?.startedAt ?? 0;
    expect(Math.abs(sides.learner.length / RATE - (recording?.durationMs ?? 0) / 1_000)).toBeLessThan(0.1);
    const cut = (who: 'learner' | 'coach', from: number, to: number): Int16Array =>
      sides[who].slice(Math.max(0, ((from - startedAt) * RATE) / 1_000), ((to - startedAt) * RATE) / 1_000);

    const spoken = turns.filter(({ how, durationMs }) => how === 'voice' && durationMs > 0);
    expect(spoken.map(({ who }) => who)).toEqual(['coach', 'learner', 'coach', 'coach']);
    for (const turn of spoken.slice(0, 3)) {
      const text = turn.sentences.map((sentence) => sentence.text).join(' ');
      const heard = await stack.inference.transcribe({ pcm: cut(turn.who, turn.at - 200, turn.at + turn.durationMs + 200), sampleRate: RATE });
      const error = turn.who === 'coach' ? errorOnTheWay(stack.inference, text, heard.text) : wordErrorRate(text, heard.text);
      expect(await error, `${turn.who}: ${text} / ${heard.text}`).toBeLessThan(0.4);
    }
    // To a few hundredths of a second: loud where a word is said to begin, silent before.
    const said = spoken[1] as ReviewTurn;
    const loudFrom = onset(cut('learner', said.at - 500, said.at + 1_500)) - 500;
    expect(Math.abs(loudFrom)).toBeLessThan(150);
    const coach = spoken[2] as ReviewTurn;
    expect(Math.abs(onset(cut('coach', coach.at - 500, coach.at + 1_500)) - 500)).toBeLessThan(250);
    // While the coach spoke, the learner was silent, and on the other side nothing of it is heard.
    expect(rms(cut('learner', coach.at + 300, coach.at + coach.durationMs - 300))).toBeLessThan(100);
  });

  test('leaves no sound anywhere where the learner did not agree', async () => {
    const { session, recordings, turns } = await talk(false);
    expect(turns.length).toBeGreaterThan(2);
    expect([recordings, session.recorded]).toEqual([[], false]);
    await expect(stack.tokenService.recording(session.id, 1)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
  });

  test('survives the death of its coach: another one comes in seconds, and both terms are there', async () => {
    const { learner, events } = await stack.meet({ record: true });
    await learner.say(await learnerSpeech(stack.inference, SAID));
    await events.next(learner, 'coach_turn', ({ turn }) => turn === 1);
    const [box = ''] = outbox().filter((name) => name.endsWith('.jsonl'));
    const pid = Number(box.split('.').at(-2));
    const at = performance.now();
    process.kill(pid, 'SIGKILL');
    await learner.quiet(500, at);
    // LiveKit itself notices after some 20 s only.
    const again = await learner.hears(at + 500);
    process.stdout.write(`another coach is heard after ${String(Math.round(again - at))} ms\n`);
    await learner.quiet(1_000, again);
    await learner.say(await learnerSpeech(stack.inference, SAID));
    await events.next(learner, 'learner_turn', ({ turn }) => turn === 2);
    await learner.leave();
    await expect.poll(async () => (await stack.tokenService.review(learner.session)).recordings.length, { timeout: 20_000 }).toBe(1);
    expect((await stack.tokenService.events(learner.session)).map(({ term }) => term)).toContain(2);
  });
});

/** Where sound begins, ms. */
function onset(pcm: Int16Array): number {
  const step = RATE / 100;
  for (let from = 0; from + step <= pcm.length; from += step) if (rms(pcm.subarray(from, from + step)) > 400) return (from * 1_000) / RATE;
  return Number.NaN;
}
