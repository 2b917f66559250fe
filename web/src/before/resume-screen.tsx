import type { ReactNode } from 'react';
import type { Keeps } from '../../../protocol/exercise-view.ts';
import { fetchSessions } from '../api/sessions.ts';
import { useLoaded } from '../api/use-loaded.ts';
import type { PastExercise } from '../known-exercise.ts';
import { useMessages } from '../messages/messages.ts';
import { Screen } from '../ui/screen.tsx';
import { BeforeScreen } from './before-screen.tsx';
import type { Entry } from './entry.ts';

interface Props {
  readonly room: string;
  readonly keeps: Keeps;
  readonly onStart: (exercise: PastExercise, entry: Entry) => void;
  /** Shown where the learner has no open session in this room. */
  readonly children: ReactNode;
}

/** The newest ones: what can be gone on with began within the hour. */
const fetchNewest = () => fetchSessions();

/** Before the room of a session that goes on although its exercise is offered no more: the session itself knows it. */
export function ResumeScreen({ room, keeps, onStart, children }: Props) {
  const { loading } = useMessages();
  const { loaded } = useLoaded(fetchNewest);
  if (loaded.status === 'loading') return <Screen title={loading}>{null}</Screen>;
  const session = loaded.status === 'ready' ? loaded.value.sessions.find((candidate) => candidate.room === room) : undefined;
  if (!session) return children;
  const { coach: name, coachId: id, ...rest } = session.exercise;
  const exercise = { ...rest, coach: { id, name } };
  return <BeforeScreen exercise={exercise} keeps={keeps} room={room} onStart={(entry) => onStart(exercise, entry)} />;
}
