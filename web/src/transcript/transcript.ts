/** A stretch of speech, or a typed message, as the learner sees it. */
export interface Line {
  readonly id: string;
  readonly who: 'learner' | 'coach';
  readonly how: 'voice' | 'text';
  readonly text: string;
  /**
   * `growing`: still being said, may change; `said`: final; `cut`: the learner or a lost connection took the rest of it;
   * `waiting`: typed, goes to the coach as soon as there is one.
   */
  readonly state: 'growing' | 'said' | 'cut' | 'waiting';
  /** Unix ms when it was first seen. */
  readonly at: number;
  /** Unix ms of its latest words. */
  readonly until: number;
}

export type TranscriptEvent =
  | { readonly type: 'heard'; readonly id: string; readonly who: Line['who']; readonly text: string; readonly final: boolean; readonly at: number }
  | { readonly type: 'finished'; readonly id: string }
  | { readonly type: 'cut' }
  | { readonly type: 'typed'; readonly id: string; readonly text: string; readonly at: number }
  | { readonly type: 'delivered'; readonly id: string }
  /** Whoever should have read what was typed may be gone: what had no answer yet goes again. */
  | { readonly type: 'unread'; readonly at: number };

/** Typed text with no answer for this long was not meant to have one, ms. */
const ANSWER_MS = 60_000;

/**
 * Moves the transcript on by one event. Lines stand in the order in which they began; none that had words is ever
 * taken away.
 */
export function transcribe(lines: readonly Line[], event: TranscriptEvent): readonly Line[] {
  switch (event.type) {
    case 'heard':
      return hear(lines, event);
    case 'finished':
      return lines.map((line) => (line.id === event.id ? ended(line) : line));
    case 'cut':
      return lines.map((line) => (line.state === 'growing' ? ended(line, 'cut') : line));
    case 'typed':
      return [...lines, { id: event.id, who: 'learner', how: 'text', text: event.text, state: 'waiting', at: event.at, until: event.at }];
    case 'delivered':
      return change(lines, event.id, { state: 'said' });
    case 'unread':
      return sendAgain(lines, event.at);
  }
}

/** The coach writes whole sentences: where a mark ends its words they were all heard, however they ended. */
function ended(line: Line, state: Line['state'] = 'said'): Line {
  return { ...line, state: line.who === 'coach' ? (/[.!?…»]\s*$/u.test(line.text) ? 'said' : 'cut') : state };
}

function sendAgain(lines: readonly Line[], now: number): readonly Line[] {
  const answered = lines.findLastIndex(({ who }) => who === 'coach');
  return lines.map((line, index) => (index > answered && line.how === 'text' && now - line.at < ANSWER_MS ? { ...line, state: 'waiting' } : line));
}

function hear(lines: readonly Line[], { id, who, text, final, at }: Extract<TranscriptEvent, { type: 'heard' }>): readonly Line[] {
  const known = lines.find((line) => line.id === id);
  // A partial that overtook its own final is old news.
  if (known?.state === 'said') return lines;
  if (text.trim() === '') return lines;
  const state = final ? 'said' : 'growing';
  return known ? change(lines, id, { text, state, until: at }) : [...lines, { id, who, how: 'voice', text, state, at, until: at }];
}

const change = (lines: readonly Line[], id: string, changes: Partial<Line>): readonly Line[] =>
  lines.map((line) => (line.id === id ? { ...line, ...changes } : line));

/** Lines of one speaker that follow each other, to be shown under one name. */
export interface Turn {
  readonly who: Line['who'];
  readonly at: number;
  readonly lines: readonly Line[];
}

export function turns(lines: readonly Line[]): readonly Turn[] {
  const result: { who: Line['who']; at: number; lines: Line[] }[] = [];
  for (const line of lines) {
    const last = result.at(-1);
    if (last?.who === line.who) last.lines.push(line);
    else result.push({ who: line.who, at: line.at, lines: [line] });
  }
  return result;
}
