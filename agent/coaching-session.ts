import { ReadableStream } from 'node:stream/web';
import { voice as agents, type VAD } from '@livekit/agents';
import { TrackPublishOptions, TrackSource, type Room } from '@livekit/rtc-node';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import { splitClauses } from '../protocol/clauses.ts';
import type { InferenceClient } from '../protocol/clients/inference.ts';
import { LEARNER_ATTRIBUTES, TEXT_ID_ATTRIBUTE } from '../protocol/room.ts';
import type { EndReason, SessionEvent } from '../protocol/session-events.ts';
import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';
import { Coach } from './coach.ts';
import { CoachBoard } from './coach-board.ts';
import { answerCommands } from './commands.ts';
import { Conversation } from './conversation.ts';
import type { Dialogue } from './dialogue.ts';
import type { EmergencyClips } from './emergency-clips.ts';
import { Hearing } from './hearing.ts';
import { LearnerPresence } from './learner-presence.ts';
import { LlmThinking } from './llm-thinking.ts';
import { HeardOutput } from './heard-output.ts';
import type { Outbox } from './outbox/outbox.ts';
import { PartsHealth, type Part } from './parts-health.ts';
import { InferenceRecognition, RECOGNITION_RATE } from './recognition.ts';
import { ConsentedRecording } from './recording/consented-recording.ts';
import type { Recording } from './recording/recording.ts';
import { ReadMessages } from './read-messages.ts';
import { ReplyModel, type ReplyBy } from './reply-model.ts';
import { TurnLog } from './turn-log.ts';
import { TurnRecorder } from './turn-recorder.ts';
import { Voice } from './voice.ts';
import { voiceSession } from './voice-session.ts';

/** What a session needs beside its room; the same in a job of its own and in a process with many rooms. */
export interface SessionServices {
  readonly config: Config;
  readonly inference: InferenceClient;
  readonly outbox: Outbox;
  /** What earlier coaches of this session told. */
  readonly past: readonly SessionEvent[];
  /** Begins to keep the sound of both sides. */
  readonly record: () => Recording;
  readonly clips: EmergencyClips;
  readonly vad: VAD;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether a language model is configured. */
  readonly thinker: ReplyBy;
}

const { AgentSessionEventTypes: Event } = agents;
/**
 * How long the coach waits for a learner, ms. Tokens are asked for and not used: a coach held back by one would be
 * missing elsewhere, and whoever comes later gets another. An emptied room is LiveKit's to close (livekit.yaml: departure_timeout).
 */
const PATIENCE = { first: 10_000, again: 120_000 };
/** Sound handed to LiveKit ahead of its playing, ms. What is in there is what an interruption has to throw away. */
const OUTPUT_QUEUE = 100;

/** One learner and one coach in one room, from the greeting to the closing words. Puts the parts together. */
export class CoachingSession {
  readonly #room: Room;
  readonly #dialogue: Dialogue;
  readonly #services: SessionServices;
  readonly #session: agents.AgentSession;
  readonly #voice: Voice;
  readonly #board: CoachBoard;
  readonly #turns: TurnLog;
  readonly #hearing: Hearing;
  readonly #conversation: Conversation;
  readonly #lost = Promise.withResolvers<EndReason>();
  readonly #recording: ConsentedRecording;
  /** Identity of the learner whom the coach attends to. */
  #learner: string | undefined;
  readonly #read: ReadMessages;
  /** What the coach says, or was about to say. */
  #speech: agents.SpeechHandle | undefined;
  #closed: Promise<void> | undefined;

  constructor(room: Room, dialogue: Dialogue, services: SessionServices) {
    const { config, inference, outbox, clips, vad, clock, log } = services;
    this.#room = room;
    this.#dialogue = dialogue;
    this.#services = services;
    this.#read = new ReadMessages(services.past);
    this.#recording = new ConsentedRecording(services.record);
    const recorder = new TurnRecorder();
    this.#board = new CoachBoard(room, log);
    const parts = new PartsHealth({ board: this.#board, outbox, onFailed: (part) => this.#partFailed(part) });
    this.#hearing = new Hearing({ clock, onChange: (available) => parts.set('stt', available) });
    this.#voice = new Voice({
      inference,
      ...dialogue.speech,
      clips,
      fixed: new Set(dialogue.fixedPhrases().flatMap(splitClauses)),
      log,
      onAvailable: (available) => parts.set('tts', available),
    });
    this.#conversation = new Conversation({
      dialogue,
      recorder,
      voice: this.#voice,
      board: this.#board,
      outbox,
      clock,
      llm: services.thinker === 'scripted' ? undefined : new LlmThinking({
        baseUrl: new URL('/v1', config.inference.url).href,
        model: config.llm.model,
        deadline: config.agent.llmDeadline,
        clock,
        log,
        onAvailable: (available) => parts.set('llm', available),
      }),
      say: (text, audio) => heard(this.#session.say(text, { audio })),
      said: () => heard(this.#speech),
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
        onSound: (at, pcm) => this.#recording.write('learner', at, pcm, RECOGNITION_RATE),
        onAvailable: (available) => this.#hearing.set(available),
        log,
        clock,
      }),
      llm: new ReplyModel((talk, signal) => this.#conversation.think(talk, signal)),
    });
    this.#turns = new TurnLog({ session: this.#session, outbox, recorder, turn: dialogue.turns });
    for (const event of [Event.AgentStateChanged, Event.UserStateChanged] as const) this.#session.on(event, () => this.#conversation.floorChanged(this.#session.agentState));
    this.#session.on(Event.ConversationItemAdded, ({ item }) => {
      if (item.type === 'message' && item.extra['by'] === 'llm') dialogue.said(item.rawTextContent ?? '');
    });
    this.#session.on(Event.SpeechCreated, ({ speechHandle }) => {
      this.#speech = speechHandle;
    });
    this.#session.on(Event.Close, () => this.#lost.resolve('closed'));
    this.#session.on(Event.Error, ({ error }) => log.warn({ err: error }, 'the voice session reports an error'));
  }

  /** Resolves when the session is over. */
  get ended(): Promise<EndReason> {
    return Promise.race([this.#conversation.ended, this.#lost.promise]);
  }

  /** @param connect joins the room; called once everything listens */
  async start(connect: () => Promise<void>): Promise<void> {
    const { outbox, past, clock, thinker } = this.#services;
    if (past.length === 0) outbox.add({ type: 'session_started', ...this.#dialogue.identity, coach: thinker });
    // The first words are made while the room is being joined.
    const opening = this.#dialogue.open();
    const sound = this.#voice.say(opening.text);
    await this.#session.start({
      agent: new Coach(this.#voice),
      room: this.#room,
      record: false,
      inputOptions: { audioSampleRate: RECOGNITION_RATE, closeOnDisconnect: false, textInputCallback: (_session, { text, info }) => this.#typed(text, info?.attributes?.[TEXT_ID_ATTRIBUTE]) },
      outputOptions: { audioSampleRate: SPEECH_SAMPLE_RATE, queueSizeMs: OUTPUT_QUEUE, audioPublishOptions: new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }) },
    });
    this.#hearOneself();
    this.#conversation.open(opening, sound);
    await connect();
    this.#board.show({ coach: thinker, persona: this.#dialogue.personaName, degraded: '' });
    answerCommands(this.#room, (identity) => identity === this.#learner, (command) => {
      this.#session.interrupt();
      this.#conversation.command(command);
    });
    new LearnerPresence({
      room: this.#room,
      clock,
      patience: PATIENCE,
      onCome: ({ identity, attributes }, back) => {
        this.#session._roomIO?.setParticipant(identity);
        this.#learner = identity;
        this.#recording.attend(attributes[LEARNER_ATTRIBUTES.record] === 'yes');
        outbox.add({ type: 'learner_joined', identity });
        this.#conversation.run();
        if (back) this.#conversation.takeUp();
      },
      onGone: (identity) => {
        outbox.add({ type: 'learner_left', identity });
        this.#learner = undefined;
        this.#recording.attend(false);
        this.#conversation.rest();
      },
      // A room that is lost under a learner's feet comes back, and the session with it; a late learner finds it unbegun.
      onLost: (deserted) => this.#lost.resolve(deserted ? 'left' : 'closed'),
    });
  }

  /** Writes the last event and lets go of everything, once. `closed`: another coach may take the session up. */
  close(reason: EndReason): Promise<void> {
    this.#closed ??= this.#close(reason);
    return this.#closed;
  }

  async #close(reason: EndReason): Promise<void> {
    const { outbox } = this.#services;
    this.#conversation.rest();
    this.#hearing.close();
    if (reason !== 'closed') {
      outbox.add({ type: 'session_ended', reason });
      this.#board.show({ stage: 'ended' });
    }
    await outbox.settled();
    await this.#session.close();
    await this.#recording.close();
    outbox.close();
  }

  /** From here on it is known what was heard of a speech, and when. */
  #hearOneself(): void {
    const { output } = this.#session;
    if (output.audio === null) return;
    output.audio = new HeardOutput(output.audio, {
      markOf: (frame) => this.#voice.clauseOf(frame),
      onSpeech: (speech) => this.#turns.heard(speech),
      keepsSound: () => this.#recording.runs,
      onSound: ({ at, pcm, sampleRate }) => this.#recording.write('coach', at, pcm, sampleRate),
    });
  }

  #typed(text: string, id: string | undefined): void {
    if (text.trim() === '') return;
    if (this.#read.seen(id)) return;
    this.#conversation.typed(text);
    this.#turns.typed(text, id);
    this.#session.interrupt();
    this.#session.generateReply({ userInput: text });
  }

  #partFailed(part: Part): void {
    if (part !== 'stt') return;
    this.#session.say(this.#services.clips.text('deaf'), { audio: ReadableStream.from(this.#voice.emergency('deaf')), addToChatCtx: false });
  }
}

/** Resolves when it was written down, to whether it was heard to its end. */
async function heard(speech: agents.SpeechHandle | undefined): Promise<boolean> {
  await speech?.waitForPlayout();
  return speech?.interrupted !== true;
}
