import { describe, expect, it } from 'vitest';
import { initialState, next, type EndpointerAction, type EndpointerState } from '../../../inference/stt/endpointer.ts';

const OPTIONS = { endpoint: 10, longest: 100 };

/** `#` speech, `.` silence, `-` between the two. Lists the actions and ends in the state reached. */
function run(windows: string, { end = false, options = OPTIONS } = {}): { actions: EndpointerAction[]; state: EndpointerState } {
  let state = initialState;
  const actions: EndpointerAction[] = [];
  const probabilities = { '#': 0.9, '-': 0.4, '.': 0.05 } as const;
  const events = Array.from(windows, (window) => ({ kind: 'window' as const, probability: probabilities[window as '#' | '-' | '.'] }));
  for (const event of [...events, ...(end ? [{ kind: 'end' as const }] : [])]) {
    const step = next(state, event, options);
    state = step.state;
    actions.push(...step.actions);
  }
  return { actions, state };
}

describe('the endpointer', () => {
  it('stays still in silence', () => expect(run('.'.repeat(50)).actions).toEqual([]));

  it('begins an utterance before its first voiced window and ends it after the pause', () => {
    const { actions, state } = run('.'.repeat(20) + '#'.repeat(15) + '.'.repeat(10));
    expect(actions).toEqual([
      { kind: 'began', from: 10 },
      { kind: 'ended', from: 10, to: 45, voiced: 15, goesOn: false },
    ]);
    expect(state).toEqual({ kind: 'silence', window: 45, after: 45 });
  });

  it('takes the first quiet window for a pause, and speech within the endpoint for its end', () => {
    expect(run('####.').state.kind).toBe('pause');
    expect(run('####.........#').actions).toEqual([{ kind: 'began', from: 0 }, { kind: 'resumed' }]);
  });

  it('wavers neither into a pause nor out of one', () => {
    expect(run('####---').state.kind).toBe('speech');
    expect(run('####.---').state.kind).toBe('pause');
    expect(run('####.---------').actions.at(-1)?.kind).toBe('ended');
  });

  it('never hears a window twice', () => {
    const { actions } = run('####' + '.'.repeat(10) + '###' + '.'.repeat(10));
    expect(actions.filter(({ kind }) => kind === 'ended')).toEqual([
      { kind: 'ended', from: 0, to: 14, voiced: 4, goesOn: false },
      { kind: 'ended', from: 14, to: 27, voiced: 3, goesOn: false },
    ]);
  });

  it('counts the voiced windows of a click', () => expect(run('.#.' + '.'.repeat(9)).actions.at(-1)).toMatchObject({ kind: 'ended', voiced: 1 }));

  it('ends what is under way when the audio ends', () => {
    expect(run('.....####', { end: true }).actions.at(-1)).toEqual({ kind: 'ended', from: 0, to: 9, voiced: 4, goesOn: false });
    expect(run('.....', { end: true }).actions).toEqual([]);
  });

  it('cuts long speech in its longest pause, and loses nothing', () => {
    const { actions, state } = run('#'.repeat(60) + '..' + '#'.repeat(10) + '......' + '#'.repeat(10) + '.' + '#'.repeat(20));
    const [ended] = actions.filter((action) => action.kind === 'ended');
    expect(ended).toMatchObject({ from: 0, to: 75, goesOn: true });
    expect(state).toMatchObject({ kind: 'speech', from: 75 });
    expect(actions.at(-1)).toEqual({ kind: 'began', from: 75 });
  });

  it('ends speech that grows too long in a pause, and hears nothing in what is left of it', () => {
    expect(run('#'.repeat(95) + '.'.repeat(20)).actions).toEqual([
      { kind: 'began', from: 0 },
      { kind: 'ended', from: 0, to: 100, voiced: 95, goesOn: false },
    ]);
  });

  it('cuts speech without any pause where it is least sure', () => {
    const { actions } = run('#'.repeat(80) + '-' + '#'.repeat(40));
    expect(actions.find(({ kind }) => kind === 'ended')).toMatchObject({ from: 0, to: 80, goesOn: true });
  });
});
