import { useMessages } from '../messages/messages.ts';

/** Whether the session may be recorded: what is kept, for how many days (0: for ever), and how to take it back. */
export function Consent({ days, agreed, onAgree }: { days: number; agreed: boolean; onAgree: (agreed: boolean) => void }) {
  const { before: words } = useMessages();
  return (
    <section className="panel consent" aria-labelledby="recording">
      <h2 id="recording">{words.consentTitle}</h2>
      <label className="tick">
        <input type="checkbox" checked={agreed} aria-describedby="consent-means" onChange={({ target }) => onAgree(target.checked)} />
        {words.consent}
      </label>
      <p id="consent-means" className="hint">{words.consentMeans(days)}</p>
      <p className="hint">{words.privacy}</p>
    </section>
  );
}
