import { useCallback } from 'react';
import type { ExerciseView, Keeps } from '../../../protocol/exercise-view.ts';
import { fetchInvitation } from '../api/invitations.ts';
import type { Failure } from '../api/reply.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { failureWords } from '../ui/failure-words.ts';
import { dayAndTime } from '../ui/moment.ts';
import { Screen } from '../ui/screen.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { BeforeScreen } from './before-screen.tsx';
import type { Entry } from './entry.ts';

interface Props {
  readonly token: string;
  readonly keeps: Keeps;
  readonly onStart: (exercise: ExerciseView, entry: Entry) => void;
}

/** Before the room of the exercise that an invitation opens; or why it opens none. */
export function InvitationScreen({ token, keeps, onStart }: Props) {
  const messages = useMessages();
  const words = messages.invitation;
  const { loaded, reload } = useLoaded(useCallback(() => fetchInvitation(token), [token]));
  if (loaded.status === 'ready') {
    const { exercise, expiresAt } = loaded.value;
    return <BeforeScreen exercise={exercise} keeps={keeps} invitation={token} note={words.until(dayAndTime(expiresAt, messages.language))} onStart={(entry) => onStart(exercise, entry)} />;
  }
  return (
    <Screen width="narrow" title={words.title}>
      {loaded.status === 'failed' ? <Failed failure={loaded.failure} onRetry={reload} /> : <p className="page-note" role="status">{messages.loading}</p>}
    </Screen>
  );
}

function Failed({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const messages = useMessages();
  const { message, fix, lang } = failureWords(failure, messages);
  return (
    <Trouble message={`${messages.invitation.failed} ${message}`} fix={fix} lang={lang}>
      <button type="button" onClick={onRetry}>{messages.retry}</button>
      <a className="button" href={href.home}>{messages.before.back}</a>
    </Trouble>
  );
}
