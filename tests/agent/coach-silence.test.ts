import { EventEmitter } from 'node:events';
import { voice } from '@livekit/agents';
import { expect, test } from 'vitest';
import { CoachSilence } from '../../agent/coach-silence.ts';

/** A session whose coach changes its state at the test's word. */
function coach() {
  const session = new EventEmitter();
  let state: voice.AgentState = 'initializing';
  return {
    silence: new CoachSilence(session as unknown as voice.AgentSession),
    becomes: (...states: voice.AgentState[]): void => {
      for (const newState of states) {
        session.emit(voice.AgentSessionEventTypes.AgentStateChanged, { oldState: state, newState });
        state = newState;
      }
    },
  };
}

/** Whether it has resolved by now. */
async function done(waiting: Promise<void>): Promise<boolean> {
  const later = Symbol('later');
  return (await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, later))])) !== later;
}

test('what can wait, waits for the greeting to be over, and for each speech that follows', async () => {
  const { silence, becomes } = coach();
  const first = silence.reached();
  becomes('listening', 'thinking');
  expect(await done(first)).toBe(false);
  becomes('speaking');
  expect(await done(first)).toBe(false);
  becomes('listening');
  expect(await done(first)).toBe(true);
  expect(await done(silence.reached())).toBe(true);
  becomes('thinking');
  expect(await done(silence.reached())).toBe(true);
  becomes('speaking');
  const second = silence.reached();
  expect(await done(second)).toBe(false);
  becomes('thinking');
  expect(await done(second)).toBe(true);
});
