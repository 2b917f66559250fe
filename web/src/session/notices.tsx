import type { ReactNode } from 'react';
import { useMessages } from '../messages/messages.ts';
import type { Messages } from '../messages/fr.ts';
import { failureWords } from '../ui/failure-words.ts';
import { Trouble } from '../ui/trouble.tsx';
import type { Link } from './link.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionView } from './session-view.ts';
import { patience } from './patience.ts';
import './notices.css';

interface Props {
  readonly session: LiveSession;
  readonly view: SessionView;
  readonly now: number;
  /** Choose a microphone. */
  readonly onMicrophone: () => void;
  /** Type instead. */
  readonly onWrite: () => void;
}

/** What a learner must know of a session that does not run as it should; nothing when it does. */
export function Notices({ session, view, now, onMicrophone, onWrite }: Props) {
  const messages = useMessages();
  const { notice } = messages;
  const { link, coach, lines, microphone, microphoneLoss, soundBlocked, absentSince, cutSince, slept } = view;
  if (link.mode === 'refused') {
    const { message, fix, lang } = failureWords(link.failure, messages);
    return <Trouble message={`${notice.refused} ${message}`} fix={fix} lang={lang} />;
  }
  const connection = linkWords(link, slept, notice);
  const waits = patience({ cutSince, coach, lines, absentSince, now });
  return (
    // Always there, so that a screen reader hears what comes into it.
    <div className="notices" role="status">
      {connection && (
        <Notice words={lines.length > 0 ? `${connection} ${notice.kept}` : connection}>
          {link.mode === 'waiting' && <button type="button" onClick={session.retry}>{notice.retryNow}</button>}
        </Notice>
      )}
      {waits === 'connection-late' && <Notice words={notice.late} />}
      {waits === 'coach-absent' && <Notice words={notice.absent} />}
      {waits === 'coach-silent' && <Notice words={notice.silent} />}
      {coach.degraded.map((part) => <Notice key={part} words={notice.degraded[part]} />)}
      {microphoneLoss && (
        <Notice words={notice[microphoneLoss]}>
          <span className="row">
            <button type="button" onClick={onMicrophone}>{notice.chooseMicrophone}</button>
            <button type="button" onClick={onWrite}>{notice.writeInstead}</button>
          </span>
        </Notice>
      )}
      {microphone === 'none' && !microphoneLoss && link.mode === 'live' && !coach.degraded.includes('stt') && <Notice words={notice.noMicrophone} />}
      {soundBlocked && link.mode === 'live' && (
        <Notice words={notice.soundBlocked}>
          <button type="button" onClick={session.unblockSound}>{notice.unblockSound}</button>
        </Notice>
      )}
    </div>
  );
}

function Notice({ words, children }: { words: string; children?: ReactNode }) {
  return (
    <div className="notice">
      <p>{words}</p>
      {children}
    </div>
  );
}

function linkWords(link: Link, slept: boolean, words: Messages['notice']): string | undefined {
  switch (link.mode) {
    case 'joining':
      if (!link.again) return words.joining;
      return slept ? words.slept : words.rejoining;
    case 'wavering':
      return slept ? words.slept : words.wavering;
    case 'waiting':
      return link.resting ? words.resting : words.waiting;
    case 'live':
    case 'refused':
    case 'over':
      return undefined;
  }
}
