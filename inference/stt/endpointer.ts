/**
 * Where utterances begin and end, from the probability of speech in each window of audio. A pure state machine:
 * streams step it as audio arrives, whole files are folded through it. Places are counted in windows from the first.
 */
export type EndpointerState =
  | { readonly kind: 'silence'; readonly window: number; /** Where the last utterance ended. */ readonly after: number }
  | ({ readonly kind: 'speech' } & Utterance)
  | ({ readonly kind: 'pause'; readonly since: number } & Utterance);

interface Utterance {
  /** The window now expected. */
  readonly window: number;
  readonly from: number;
  /** Windows with speech in them so far. */
  readonly voiced: number;
  /** The best place to cut if the utterance grows too long. */
  readonly cut: { readonly at: number; readonly quietness: number };
}

export type EndpointerEvent = { readonly kind: 'window'; readonly probability: number } | { readonly kind: 'end' };

export type EndpointerAction =
  | { readonly kind: 'began'; readonly from: number }
  | { readonly kind: 'resumed' }
  /** The utterance is windows `from` … `to` (exclusive). `goesOn`: it was cut for length and the next begins at `to`. */
  | { readonly kind: 'ended'; readonly from: number; readonly to: number; readonly voiced: number; readonly goesOn: boolean };

export interface EndpointerOptions {
  /** Silence that ends an utterance, in windows. */
  readonly endpoint: number;
  /** Longest utterance, in windows. */
  readonly longest: number;
}

export interface EndpointerStep {
  readonly state: EndpointerState;
  readonly actions: readonly EndpointerAction[];
}

/** Silero's own thresholds: speech begins above the first and ends below the second. */
const SPEECH = 0.5;
const SILENCE = 0.35;
/** Windows before the first voiced one that belong to the utterance: soft onsets come before the detector's. */
const PRE_ROLL = 10;

/** Less voice than this many windows is a click or a breath. */
export const LEAST_VOICED = 3;

export const initialState: EndpointerState = { kind: 'silence', window: 0, after: 0 };

export function next(state: EndpointerState, event: EndpointerEvent, options: EndpointerOptions): EndpointerStep {
  if (event.kind === 'end') return state.kind === 'silence' ? { state, actions: [] } : ended(state, state.window);
  const speaks = event.probability >= SPEECH;
  const silent = event.probability < SILENCE;
  const window = state.window + 1;
  switch (state.kind) {
    case 'silence': {
      if (!speaks) return { state: { ...state, window }, actions: [] };
      const from = Math.max(state.after, state.window - PRE_ROLL);
      return { state: { kind: 'speech', window, from, voiced: 1, cut: { at: window, quietness: -1 } }, actions: [{ kind: 'began', from }] };
    }
    case 'speech': {
      if (silent) return cutWhereTooLong({ ...state, kind: 'pause', since: state.window, window }, [], options);
      const cut = better(state, state.window, 1 - event.probability, options);
      return cutWhereTooLong({ ...state, window, cut, voiced: state.voiced + (speaks ? 1 : 0) }, [], options);
    }
    case 'pause': {
      if (window - state.since >= options.endpoint && !speaks) return ended(state, window);
      if (!speaks) return cutWhereTooLong({ ...state, window }, [], options);
      const { since, ...utterance } = state;
      const cut = better(state, Math.ceil((since + state.window) / 2), state.window - since, options);
      return cutWhereTooLong({ ...utterance, kind: 'speech', window, voiced: state.voiced + 1, cut }, [{ kind: 'resumed' }], options);
    }
  }
}

function ended({ from, voiced }: Utterance, to: number): EndpointerStep {
  return { state: { kind: 'silence', window: to, after: to }, actions: [{ kind: 'ended', from, to, voiced, goesOn: false }] };
}

/** A pause counts by its length in windows, a window of speech by less than one. Not before half of the longest utterance. */
function better({ cut, from }: Utterance, at: number, quietness: number, { longest }: EndpointerOptions): Utterance['cut'] {
  return at - from > longest / 2 && quietness >= cut.quietness ? { at, quietness } : cut;
}

function cutWhereTooLong(state: Exclude<EndpointerState, { kind: 'silence' }>, actions: readonly EndpointerAction[], { longest }: EndpointerOptions): EndpointerStep {
  if (state.window - state.from < longest) return { state, actions };
  if (state.kind === 'pause') {
    const end = ended(state, state.window); // as good a place as any
    return { ...end, actions: [...actions, ...end.actions] };
  }
  const { at } = state.cut;
  const end: EndpointerAction = { kind: 'ended', from: state.from, to: at, voiced: state.voiced, goesOn: true };
  const rest = { from: at, voiced: state.window - at, cut: { at: state.window, quietness: -1 } };
  return { state: { ...state, ...rest }, actions: [...actions, end, { kind: 'began', from: at }] };
}
