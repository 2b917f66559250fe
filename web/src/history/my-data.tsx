import { useState } from 'react';
import { eraseMyData, fetchMyData } from '../api/sessions.ts';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import { EraseDialog } from './erase-dialog.tsx';

/** What is kept of the learner: to take home, or to have erased. */
export function MyData({ onErased }: { onErased: () => void }) {
  const { sessions: words } = useMessages();
  const [erasing, setErasing] = useState(false);
  const [said, setSaid] = useState('');
  const take = (): void => {
    setSaid('');
    fetchMyData().then(
      (data) => {
        save(data);
        setSaid(words.exportDone);
      },
      () => setSaid(words.exportFailed),
    );
  };
  return (
    <section className="panel my-data" aria-labelledby="my-data">
      <h2 id="my-data">{words.data}</h2>
      <p className="hint">{words.dataMeans}</p>
      <div className="row">
        <button type="button" onClick={take}><Icon name="download" />{words.export}</button>
        <button type="button" aria-haspopup="dialog" onClick={() => setErasing(true)}><Icon name="erase" />{words.erase}</button>
      </div>
      <p className="hint" role="status">{said}</p>
      {erasing && (
        <EraseDialog
          title={words.eraseTitle}
          means={words.eraseMeans}
          erase={eraseMyData}
          onClose={() => setErasing(false)}
          onErased={() => {
            setErasing(false);
            onErased();
          }}
        />
      )}
    </section>
  );
}

/** Hands `data` to the learner as a file. */
function save(data: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, undefined, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'eloquence.json';
  link.click();
  URL.revokeObjectURL(url);
}
