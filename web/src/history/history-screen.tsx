import { useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { failureWords } from '../ui/failure-words.ts';
import { Icon } from '../ui/icon.tsx';
import { Screen } from '../ui/screen.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { MyData } from './my-data.tsx';
import { SessionRow } from './session-row.tsx';
import { useSessions } from './use-sessions.ts';
import './history-screen.css';

/** All sessions of this browser's learner, and what can be done with all that is kept of them. */
export function HistoryScreen() {
  const messages = useMessages();
  const words = messages.sessions;
  const { loaded, sessions, more, moreFailed, restart, empty } = useSessions();
  const [erased, setErased] = useState(false);
  return (
    <Screen width="narrow" title={words.title} before={<a className="back" href={href.home}><Icon name="back" />{messages.before.back}</a>}>
      <p className="lead">{words.lead}</p>
      <p className="review-status" role="status">{erased ? words.erased : ''}</p>
      {loaded.status === 'loading' && <p className="page-note" role="status">{messages.loading}</p>}
      {loaded.status === 'failed' && <Failed failure={loaded.failure} onRetry={restart} />}
      {loaded.status === 'ready' && sessions.length === 0 && (
        <div className="empty">
          <p><strong>{words.empty}</strong></p>
          <p>{words.emptyFix}</p>
          <a className="button primary" href={href.home}>{words.emptyGo}</a>
        </div>
      )}
      <ul className="session-rows">
        {sessions.map((session) => <li key={session.id}><SessionRow session={session} /></li>)}
      </ul>
      {moreFailed && more && <Failed failure={moreFailed} onRetry={more} />}
      {more && !moreFailed && <div className="row"><button type="button" onClick={more}>{words.more}</button></div>}
      {sessions.length > 0 && (
        <MyData
          onErased={() => {
            setErased(true);
            empty();
          }}
        />
      )}
    </Screen>
  );
}

function Failed({ failure, onRetry }: { failure: Parameters<typeof failureWords>[0]; onRetry: () => void }) {
  const messages = useMessages();
  const { message, fix, lang } = failureWords(failure, messages);
  return (
    <Trouble message={`${messages.sessions.failed} ${message}`} fix={fix} lang={lang}>
      <button type="button" onClick={onRetry}>{messages.retry}</button>
    </Trouble>
  );
}
