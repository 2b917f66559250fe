import { readCoach, type Coach } from './coach.ts';
import type { MicrophoneLoss, MicrophoneState } from './learner-microphone.ts';
import { FIRST, type Link } from './link.ts';
import type { Line } from '../transcript/transcript.ts';

/** All that the page shows of a session. A new object at every change. */
export interface SessionView {
  readonly link: Link;
  readonly coach: Coach;
  readonly lines: readonly Line[];
  readonly microphone: MicrophoneState;
  /** Why the microphone that was open is no longer there. */
  readonly microphoneLoss: MicrophoneLoss | undefined;
  /** Whether the browser holds the coach's voice back until the learner clicks. */
  readonly soundBlocked: boolean;
  /** Unix ms of the first joining. */
  readonly joinedAt: number | undefined;
  /** Unix ms since when there is a connection without a coach. */
  readonly absentSince: number | undefined;
  /** Unix ms since when there is no connection. */
  readonly cutSince: number | undefined;
  /** Whether the connection was lost while the page was asleep. */
  readonly slept: boolean;
  /** How far the service's clock is ahead of this one, in ms. */
  readonly clockAhead: number;
  /** By which the service keeps it; `undefined` as long as it gave none. */
  readonly session: string | undefined;
  /** The room that it is in, once there is one. */
  readonly room: string | undefined;
}

/** A session that is about to begin at `now` (Unix ms). */
export const newView = (microphone: MicrophoneState, now: number): SessionView => ({
  link: FIRST,
  coach: readCoach(undefined),
  lines: [],
  microphone,
  microphoneLoss: undefined,
  soundBlocked: false,
  joinedAt: undefined,
  absentSince: undefined,
  cutSince: now,
  slept: false,
  clockAhead: 0,
  session: undefined,
  room: undefined,
});
