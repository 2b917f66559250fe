import { ReadableStream } from 'node:stream/web';
import { voice as agents } from '@livekit/agents';
import { TrackPublishOptions, TrackSource, type Room } from '@livekit/rtc-node';
import { splitClauses } from '../protocol/clauses.ts';
import { TEXT_ID_ATTRIBUTE } from '../protocol/room.ts';
import type { EndReason } from '../protocol/session-events.ts';
import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';
import { Coach } from './coach.ts';
import type { CoachBoard } from './coach-board.ts';
import { CoachSilence } from './coach-silence.ts';
import type { Command } from './commands.ts';
import { Conversation } from './conversation.ts';
import type { Dialogue } from './dialogue.ts';
import { HeardOutput } from './heard-output.ts';
import { Hearing } from './hearing.ts';
import { LlmThinking } from './llm-thinking.ts';
import { PartsHealth, type Part } from './parts-health.ts';
import { ReadMessages } from './read-messages.ts';
import { InferenceRecognition, RECOGNITION_RATE } from './recognition.ts';
import type { ConsentedRecording } from './recording/consented-recording.ts';
import { ReplyModel } from './reply-model.ts';
import type { SessionServices } from './session-services.ts';
import { TurnLog } from './turn-log.ts';
import { TurnRecorder } from './turn-recorder.ts';
import { Voice } from './voice.ts';
import { voiceSession } from './voice-session.ts';

const { AgentSessionEventTypes: Event } = agents;
/** Sound handed to LiveKit ahead of its playing, ms. What is in there is what an interruption has to throw away. */
const OUTPUT_QUEUE = 100;

export interface SpeechLoopOptions extends SessionServices {
  readonly dialogue: Dialogue;
  readonly board: CoachBoard;
  readonly recording: ConsentedRecording;
}

/**
 * From what the learner says to what the coach says: ears, conversation and voice, tied together by the framework's
 * session, whoever is in the room.
 */
export class SpeechLoop {
  readonly conversation: Conversation;
  readonly #options: SpeechLoopOptions;
  readonly #session: agents.AgentSession;
  readonly #silence: CoachSilence;
  readonly #voice: Voice;
  readonly #turns: TurnLog;
  readonly #hearing: Hearing;
  readonly #read: ReadMessages;
  readonly #end = Promise.withResolvers<EndReason>();
  /** What the coach says, or was about to say. */
  #speech: agents.SpeechHandle | undefined;

  constructor(options: SpeechLoopOptions) {
    const { dialogue, board, recording, config, inference, outbox, past, clips, vad, clock, log } = options;
    this.#options = options;
    this.#read = new ReadMessages(past);
    const recorder = new TurnRecorder();
    const parts = new PartsHealth({ board, outbox, onFailed: (part) => this.#partFailed(part) });
    this.#hearing = new Hearing({ clock, onChange: (available) => parts.set('stt', available) });
    this.#voice = new Voice({
      inference,
      session: dialogue.identity.session,
      ...dialogue.speech,
      clips,
      fixed: new Set(dialogue.fixedPhrases().flatMap(splitClauses)),
      clock,
      log,
      onAvailable: (available) => parts.set('tts', available),
    });
    this.conversation = new Conversation({
      dialogue,
      recorder,
      voice: this.#voice,
      board,
      outbox,
      clock,
      llm: options.thinker === 'scripted' ? undefined : new LlmThinking({
        baseUrl: () => new URL('/v1', inference.url).href,
        model: config.llm.model,
        deadline: config.agent.llmDeadline,
        clock,
        log,
        onAvailable: (available) => parts.set('llm', available),
      }),
      say: (text, audio) => heard(this.#session.say(text, { audio })),
      said: () => heard(this.#speech),
      hush: () => void this.#session.interrupt(),
      learnerSpeaks: () => this.#session.userState === 'speaking',
    });
    const { language } = dialogue.speech;
    this.#session = voiceSession({
      turn: config.agent.turn,
      vad,
      stt: new InferenceRecognition({
        open: () => inference.streamRecognition({ sampleRate: RECOGNITION_RATE, language, words: true, preflight: true, endpointMs: config.agent.turn.sttEndpoint }),
        language,
        recorder,
        onSound: (at, pcm) => recording.write('learner', at, pcm, RECOGNITION_RATE),
        onAvailable: (available) => this.#hearing.set(available),
        log,
        clock,
      }),
      llm: new ReplyModel((talk, signal) => this.conversation.think(talk, signal)),
    });
    this.#silence = new CoachSilence(this.#session);
    this.#turns = new TurnLog({ session: this.#session, outbox, recorder, turn: dialogue.turns });
    for (const event of [Event.AgentStateChanged, Event.UserStateChanged] as const) this.#session.on(event, () => this.conversation.floorChanged(this.#session.agentState));
    this.#session.on(Event.ConversationItemAdded, ({ item }) => {
      if (item.type === 'message' && item.extra['by'] === 'llm') dialogue.said(item.rawTextContent ?? '');
    });
    this.#session.on(Event.SpeechCreated, ({ speechHandle }) => {
      this.#speech = speechHandle;
    });
    this.#session.on(Event.Close, () => this.#end.resolve('closed'));
    this.#session.on(Event.Error, ({ error }) => log.warn({ err: error }, 'the voice session reports an error'));
  }

  /** Resolves when the last words have been said, or the framework has given up. */
  get ended(): Promise<EndReason> {
    return Promise.race([this.conversation.ended, this.#end.promise]);
  }

  /** Resolves once the coach has greeted and is silent. */
  silence(): Promise<void> {
    return this.#silence.reached();
  }

  /** Listens and speaks in a room, which may be joined later: the first words are made meanwhile. */
  async start(room: Room): Promise<void> {
    const opening = this.#options.dialogue.open();
    const sound = this.#voice.say(opening.text);
    await this.#session.start({
      agent: new Coach(this.#voice),
      room,
      record: false,
      inputOptions: { audioSampleRate: RECOGNITION_RATE, closeOnDisconnect: false, textInputCallback: (_session, { text, info }) => this.#typed(text, info?.attributes?.[TEXT_ID_ATTRIBUTE]) },
      outputOptions: { audioSampleRate: SPEECH_SAMPLE_RATE, queueSizeMs: OUTPUT_QUEUE, audioPublishOptions: new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }) },
    });
    this.#hearOneself();
    this.conversation.open(opening, sound);
  }

  /** Listens to this participant. */
  attend(identity: string): void {
    this.#session._roomIO?.setParticipant(identity);
  }

  command(command: Command): void {
    this.#session.interrupt();
    this.conversation.command(command);
  }

  /** Nothing is heard or said from here on. */
  rest(): void {
    this.conversation.rest();
    this.#hearing.close();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** From here on it is known what was heard of a speech, and when. */
  #hearOneself(): void {
    const { output } = this.#session;
    if (output.audio === null) return;
    const { recording } = this.#options;
    output.audio = new HeardOutput(output.audio, {
      markOf: (frame) => this.#voice.clauseOf(frame),
      onSpeech: (speech) => this.#turns.heard(speech),
      keepsSound: () => recording.runs,
      onSound: ({ at, pcm, sampleRate }) => recording.write('coach', at, pcm, sampleRate),
    });
  }

  #typed(text: string, id: string | undefined): void {
    if (text.trim() === '') return;
    if (this.#read.seen(id)) return;
    this.conversation.typed(text);
    this.#turns.typed(text, id);
    this.#session.interrupt();
    this.#session.generateReply({ userInput: text });
  }

  #partFailed(part: Part): void {
    if (part !== 'stt') return;
    const { clips } = this.#options;
    this.#session.say(clips.text('deaf'), { audio: ReadableStream.from(this.#voice.emergency('deaf')), addToChatCtx: false });
  }
}

/** Resolves when it was written down, to whether it was heard to its end. */
async function heard(speech: agents.SpeechHandle | undefined): Promise<boolean> {
  await speech?.waitForPlayout();
  return speech?.interrupted !== true;
}
