import { useState } from 'react';
import type { Keeps } from '../../../protocol/exercise-view.ts';
import { Portrait } from '../coach/portrait.tsx';
import { VoiceSample } from '../coach/voice-sample.tsx';
import { ExerciseFacts } from '../home/exercise-facts.tsx';
import { offered, type KnownExercise } from '../known-exercise.ts';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { recall, remember } from '../storage/remembered.ts';
import { Icon } from '../ui/icon.tsx';
import { Screen } from '../ui/screen.tsx';
import { Consent } from './consent.tsx';
import type { Entry } from './entry.ts';
import { MicrophonePanel } from './microphone-panel.tsx';
import { Unsupported } from './unsupported.tsx';
import { useMicrophone } from './use-microphone.ts';
import { WhatHappens } from './what-happens.tsx';
import './before-screen.css';

/** As the service takes it. */
const NAME_LIMIT = 64;

interface Props {
  readonly exercise: KnownExercise;
  readonly keeps: Keeps;
  /** A session that goes on. */
  readonly room?: string | undefined;
  readonly invitation?: string | undefined;
  /** Stands under the heading. */
  readonly note?: string | undefined;
  readonly onStart: (entry: Entry) => void;
}

/** Before the room: what will happen, who one is, whether one is heard, and whether one may be recorded. */
export function BeforeScreen({ exercise, keeps, room, invitation, note, onStart }: Props) {
  const messages = useMessages();
  const words = messages.before;
  const [name, setName] = useState(() => recall('name') ?? '');
  // Asked each time, and never yes by itself.
  const [record, setRecord] = useState(false);
  const { microphone, open, hand } = useMicrophone();
  const start = (): void => {
    // Whatever came along when it was pasted.
    const participant = name.replace(/\p{Cc}/gu, ' ').trim() || undefined;
    remember('name', participant ?? '');
    onStart({ participant, microphone: hand(), record, room, invitation });
  };
  const { coach, language } = exercise;
  const offer = offered(exercise);
  return (
    <Screen title={exercise.title} lang={language} before={<a className="back" href={href.home}><Icon name="back" />{words.back}</a>}>
      {(note ?? room) !== undefined && <p className="page-note" role="status">{note ?? words.resumed}</p>}
      <div className="before">
        <div className="before-about">
          {offer && <p className="lead" lang={language}>{offer.description}</p>}
          {offer && <ExerciseFacts exercise={offer} />}
          <div className="before-coach">
            <Portrait name={coach.name} />
            <div>
              <p lang={language}>{offer ? messages.coachNamed(coach.name, offer.coach.role) : coach.name}</p>
              <VoiceSample exercise={exercise} />
            </div>
          </div>
          {offer && <WhatHappens coach={coach.name} minutes={offer.durationMinutes} />}
        </div>
        {'RTCPeerConnection' in window
          ? (
            <div className="before-entry">
              <label className="field">
                <span>{words.you} <small>({words.optional})</small></span>
                <input type="text" autoComplete="given-name" maxLength={NAME_LIMIT} value={name} onChange={(event) => setName(event.target.value)} />
              </label>
              <MicrophonePanel microphone={microphone} onOpen={(device) => void open(device)} />
              <Consent keeps={keeps} agreed={record} onAgree={setRecord} />
              <div className="row before-start">
                {microphone.status === 'open'
                  ? <button type="button" className="primary" onClick={start}>{room === undefined ? words.start : words.resume}</button>
                  : <button type="button" onClick={start}><Icon name="keyboard" />{words.typeInstead}</button>}
              </div>
            </div>
          )
          : <Unsupported />}
      </div>
    </Screen>
  );
}
