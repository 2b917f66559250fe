import type { Room } from 'livekit-client';
import type { Grant, requestToken } from '../api/token.ts';
import type { Entry } from '../before/entry.ts';

/** With what a session begins. It closes the microphone it is given. */
export interface SessionOptions extends Entry {
  readonly exercise: string;
}

/** What to ask the service for: a room, or `room` again. */
export const tokenRequest = ({ exercise, participant, record, invitation }: SessionOptions, room: string | undefined): Parameters<typeof requestToken>[0] => ({
  exercise, record, ...(participant && { participant }), ...(invitation && { invitation }), ...(room && { room }),
});

/** An attempt that came to nothing by then has failed; LiveKit's own deadlines add up to more, ms. */
const CONNECT_MS = 30_000;

/**
 * Enters the room.
 * @throws when there is no connection within `CONNECT_MS`
 */
export async function connect(room: Room, { url, token }: Grant): Promise<void> {
  const late = setTimeout(() => void room.disconnect(), CONNECT_MS);
  try {
    await room.connect(url, token);
  } finally {
    clearTimeout(late);
  }
}
