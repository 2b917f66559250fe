import type { Keeps } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';

/** Whether the session may be recorded: what is kept, for how long, and how to take it back. */
export function Consent({ keeps, agreed, onAgree }: { keeps: Keeps; agreed: boolean; onAgree: (agreed: boolean) => void }) {
  const { before: words } = useMessages();
  return (
    <section className="panel consent" aria-labelledby="recording">
      <h2 id="recording">{words.consentTitle}</h2>
      <label className="tick">
        <input type="checkbox" checked={agreed} aria-describedby="consent-means" onChange={({ target }) => onAgree(target.checked)} />
        {words.consent}
      </label>
      <p id="consent-means" className="hint">{words.consentMeans(keeps.recordingsDays)}</p>
      <p className="hint">{words.privacy(keeps.sessionsDays)}</p>
    </section>
  );
}
