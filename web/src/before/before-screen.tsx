import { useState } from 'react';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { ExerciseFacts } from '../home/exercise-facts.tsx';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import { Screen } from '../ui/screen.tsx';
import { MicrophonePanel } from './microphone-panel.tsx';
import { recallName, rememberName } from './remembered-name.ts';
import { useMicrophone } from './use-microphone.ts';
import './before-screen.css';

/** With what a learner enters a session. */
export interface Entry {
  readonly participant: string | undefined;
  readonly microphone: MediaStream | undefined;
}

/** As the service takes it. */
const NAME_LIMIT = 64;

/** Before the room: who one is, and whether one is heard. */
export function BeforeScreen({ exercise, onStart }: { exercise: ExerciseView; onStart: (entry: Entry) => void }) {
  const messages = useMessages();
  const [name, setName] = useState(recallName);
  const { microphone, open, hand } = useMicrophone();
  const start = (): void => {
    // Whatever came along when it was pasted.
    const participant = name.replace(/\p{Cc}/gu, ' ').trim() || undefined;
    rememberName(participant ?? '');
    onStart({ participant, microphone: hand() });
  };
  return (
    <Screen narrow title={exercise.title} lang={exercise.language} before={<a className="back" href="#"><Icon name="back" />{messages.before.back}</a>}>
      <p className="lead" lang={exercise.language}>{exercise.description}</p>
      <ExerciseFacts exercise={exercise} />
      <label className="field">
        <span>{messages.before.you} <small>({messages.before.optional})</small></span>
        <input type="text" autoComplete="given-name" maxLength={NAME_LIMIT} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <MicrophonePanel microphone={microphone} onOpen={(device) => void open(device)} onStart={start} />
    </Screen>
  );
}
