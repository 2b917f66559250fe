import { RoomAudioRenderer, RoomContext } from '@livekit/components-react';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Entry } from '../before/entry.ts';
import type { KnownExercise } from '../known-exercise.ts';
import type { Summary } from '../review/summary.ts';
import { Screen } from '../ui/screen.tsx';
import { CoachPresence } from './coach-presence.tsx';
import { Controls } from './controls.tsx';
import { HelpDialog } from './help-dialog.tsx';
import type { Ending } from './link.ts';
import { LiveSession } from './live-session.ts';
import { LiveTranscript } from './live-transcript.tsx';
import { Notices } from './notices.tsx';
import { useSessionActions } from './session-actions.ts';
import { SessionTools } from './session-tools.tsx';
import { useShortcuts } from './shortcuts.ts';
import { SoundDialog } from './sound-dialog.tsx';
import { TypedReply } from './typed-reply.tsx';
import { useDisplay } from './use-display.ts';
import { useNow } from './use-now.ts';
import './session-screen.css';
import './session-uncaptioned.css';
import './session-sideways.css';

interface Props {
  readonly exercise: KnownExercise;
  readonly entry: Entry;
  /** There is a room: whoever loads the page again comes back to it. */
  readonly onRoom: (room: string) => void;
  /** The session is over: what was said, and why it ended. */
  readonly onEnd: (summary: Summary, why: Ending) => void;
}

/** A session as it goes on. Leaving this screen, by whatever way, leaves the room. */
export function SessionScreen({ exercise, entry, onRoom, onEnd }: Props) {
  const [session] = useState(() => new LiveSession({ exercise: exercise.id, ...entry }));
  const view = useSyncExternalStore(session.subscribe, session.view);
  const now = useNow();
  const display = useDisplay();
  const actions = useSessionActions(session, view);
  const [open, setOpen] = useState<'help' | 'sound'>();
  const reply = useRef<HTMLTextAreaElement>(null);
  // A voice that is out of order must be read.
  const captions = display.captions || view.coach.degraded.includes('tts');
  const write = (): void => reply.current?.focus();
  const close = useCallback(() => setOpen(undefined), []);
  useShortcuts({ ...actions, captions: () => display.showCaptions(!display.captions), write, help: () => setOpen('help') });

  useEffect(() => {
    const leave = (): void => session.end('left');
    session.start();
    window.addEventListener('hashchange', leave);
    return () => {
      window.removeEventListener('hashchange', leave);
      leave();
    };
  }, [session]);

  const { link, lines, joinedAt } = view;
  useEffect(() => {
    if (view.room !== undefined) onRoom(view.room);
  }, [view.room, onRoom]);
  useEffect(() => {
    if (link.mode !== 'over') return;
    const to = Date.now();
    onEnd({ session: view.session, lines, from: joinedAt ?? to, to }, link.why);
  }, [link, lines, joinedAt, view.session, onEnd]);

  return (
    <RoomContext value={session.room}>
      <RoomAudioRenderer volume={display.volume} />
      <div className={captions ? 'session' : 'session session-uncaptioned'}>
        <Screen bare title={exercise.title} lang={exercise.language}>
          <SessionTools display={display} recorded={entry.record} onSound={() => setOpen('sound')} onHelp={() => setOpen('help')} />
          <CoachPresence exercise={exercise} view={view} now={now} />
          <Notices session={session} view={view} now={now} onMicrophone={() => setOpen('sound')} onWrite={write} />
          {captions && <LiveTranscript lines={lines} from={joinedAt ?? now} language={exercise.language} coachName={view.coach.persona ?? exercise.coach.name} />}
          <TypedReply box={reply} waiting={captions ? 0 : lines.filter(({ state }) => state === 'waiting').length} onSay={(text) => session.say(text)} />
          <Controls actions={actions} view={view} stream={session.microphone.stream} />
        </Screen>
      </div>
      {open === 'help' && <HelpDialog onClose={close} />}
      {open === 'sound' && <SoundDialog display={display} microphone={session.microphone} state={view.microphone} onClose={close} />}
    </RoomContext>
  );
}
