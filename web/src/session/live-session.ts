import './random-uuid.ts';
import { DisconnectReason, Room, RoomEvent, setLogLevel, type RemoteParticipant, type TextStreamReader } from 'livekit-client';
import { COACH_RPC, TRANSCRIPTION_TOPIC } from '../../../protocol/room.ts';
import { failureOf } from '../api/reply.ts';
import { onGesture } from '../audio/gesture.ts';
import { requestToken } from '../api/token.ts';
import { readCoach } from './coach.ts';
import { connect, tokenRequest, type SessionOptions } from './entering.ts';
import { FateWatch } from './fate-watch.ts';
import { fateOf } from './fate.ts';
import { LearnerMicrophone } from './learner-microphone.ts';
import { nextLink, type Ending, type LinkEvent } from './link.ts';
import { newView, type SessionView } from './session-view.ts';
import { SleepWatch } from './sleep-watch.ts';
import { TextDelivery, type Letter } from './text-delivery.ts';
import { remember } from '../storage/remembered.ts';
import { transcribe, type TranscriptEvent } from '../transcript/transcript.ts';

// The console is for what went wrong.
setLogLevel('warn');

/** LiveKit's own attempts end after this long; then a new token for the same room is the way back. */
const MENDING_MS = 10_000;

/**
 * A coaching session from the learner's side: enters the room, keeps the connection, gathers both transcripts,
 * delivers what is typed. It goes on through lost rooms and a restarted server until it is left or the coach closes.
 */
export class LiveSession {
  readonly room: Room;
  readonly microphone: LearnerMicrophone;
  readonly #options: SessionOptions;
  readonly #delivery: TextDelivery;
  #roomName: string | undefined;
  #view: SessionView;
  readonly #listeners = new Set<() => void>();
  readonly #sleep: SleepWatch;
  readonly #fate = new FateWatch(fateOf, (why) => this.end(why));
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#roomName = options.room;
    this.#view = newView(options.microphone ? 'open' : 'none', Date.now());
    this.room = new Room({
      stopLocalTrackOnUnpublish: false,
      reconnectPolicy: { nextRetryDelayInMs: ({ elapsedMs, retryCount }) => (elapsedMs > MENDING_MS ? null : Math.min(300 * retryCount ** 2, 2_000)) },
    });
    this.microphone = new LearnerMicrophone(this.room, options.microphone, (microphone, microphoneLoss) => this.#show({ microphone, microphoneLoss }));
    this.#sleep = new SleepWatch(() => this.retry());
    this.#delivery = new TextDelivery(this.room, () => this.#nextLetter(), ({ id }) => this.#note({ type: 'delivered', id }));
    this.room
      .on(RoomEvent.SignalReconnecting, () => this.#move({ type: 'wavered' }))
      .on(RoomEvent.Reconnecting, () => this.#handleBroken())
      .on(RoomEvent.Reconnected, () => this.#move({ type: 'steadied' }))
      .on(RoomEvent.Disconnected, (reason) => this.#handleDisconnected(reason))
      .on(RoomEvent.ParticipantConnected, () => this.#handleCoach())
      .on(RoomEvent.ParticipantDisconnected, (participant) => this.#handleDeparture(participant))
      .on(RoomEvent.ParticipantAttributesChanged, () => this.#handleCoach())
      .on(RoomEvent.AudioPlaybackStatusChanged, () => this.#show({ soundBlocked: !this.room.canPlaybackAudio }));
    this.room.registerTextStreamHandler(TRANSCRIPTION_TOPIC, (reader, { identity }) => void this.#hear(reader, identity));
    window.addEventListener('online', this.retry, { signal: this.#over.signal });
    onGesture(() => this.unblockSound(), this.#over.signal);
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): SessionView => this.#view;

  start(): void {
    void this.#join();
  }

  /** Ends the session on this side, for good. */
  end(why: Ending): void {
    if (this.#view.link.mode === 'over') return;
    this.#over.abort();
    this.#sleep.stop();
    this.#fate.stop();
    clearTimeout(this.#timer);
    this.#note({ type: 'cut' });
    this.#move({ type: 'ended', why });
    this.microphone.close();
    void this.room.disconnect();
  }

  /** Tries now instead of waiting. */
  readonly retry = (): void => this.#move({ type: 'retried' });

  /** Types `text` to the coach: shown at once, delivered when there is a coach to read it. */
  say(text: string): void {
    this.#note({ type: 'typed', id: crypto.randomUUID(), text, at: Date.now() });
    void this.#delivery.run();
  }

  /**
   * Asks the coach to repeat, pause, go on or finish.
   * @throws when the request did not reach it
   */
  async ask(request: keyof typeof COACH_RPC): Promise<void> {
    const coach = this.#agent();
    if (!coach) throw new Error('no coach in the room');
    await this.room.localParticipant.performRpc({ destinationIdentity: coach.identity, method: COACH_RPC[request], payload: '' });
  }

  /** Lets the coach's voice through that the browser holds back; call it from a click or a key. */
  readonly unblockSound = (): void => {
    // What it still holds back is still said.
    if (this.#view.soundBlocked) this.room.startAudio().catch(() => undefined);
  };

  async #join(): Promise<void> {
    try {
      const grant = await requestToken(tokenRequest(this.#options, this.#roomName));
      remember('visited', 'yes');
      this.#roomName = grant.room;
      this.#show({ session: grant.session, room: grant.room });
      await connect(this.room, grant);
      if (this.#view.link.mode === 'over') {
        await this.room.disconnect();
        return;
      }
      this.#show({ clockAhead: grant.clockAhead, joinedAt: this.#view.joinedAt ?? Date.now() });
      this.#move({ type: 'joined' });
      this.#fate.enter(grant.session);
    } catch (error) {
      this.#move({ type: 'failed', failure: failureOf(error) });
      return;
    }
    // Without it the learner can still type.
    await this.microphone.publish().catch(() => this.#show({ microphone: 'none' }));
  }

  /** LiveKit enters the room anew: what was under way is lost, on both sides. */
  #handleBroken(): void {
    this.#delivery.handleBroken();
    this.#note({ type: 'cut' });
    this.#note({ type: 'unread', at: Date.now() });
    this.#move({ type: 'wavered' });
  }

  #handleDeparture({ isAgent }: RemoteParticipant): void {
    if (isAgent) this.#note({ type: 'unread', at: Date.now() });
    this.#handleCoach();
    if (isAgent) void this.#fate.look();
  }

  #handleDisconnected(reason: DisconnectReason | undefined): void {
    if (this.#view.link.mode === 'over') return;
    this.#handleBroken();
    this.#handleCoach();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) this.end('elsewhere');
    else if (reason === DisconnectReason.ROOM_DELETED || reason === DisconnectReason.PARTICIPANT_REMOVED) this.end('closed');
    // Not joined yet: `connect` itself tells what became of it.
    else if (this.#view.link.mode === 'live' || this.#view.link.mode === 'wavering') this.#move({ type: 'lost' });
  }

  #agent(): RemoteParticipant | undefined {
    return [...this.room.remoteParticipants.values()].find(({ isAgent }) => isAgent);
  }

  #handleCoach(): void {
    const coach = readCoach(this.#agent()?.attributes);
    this.#show({ coach });
    this.#countAbsence();
    if (coach.stage === 'ended') this.end('finished');
    else void this.#delivery.run();
  }

  /** The service itself sends another coach when one stays away; the learner is told how long that takes. */
  #countAbsence(): void {
    const absent = this.#view.link.mode === 'live' && this.#view.coach.state === 'absent';
    if (absent !== (this.#view.absentSince !== undefined)) this.#show({ absentSince: absent ? Date.now() : undefined });
    this.#fate.handleCoach({ absent });
  }

  async #hear(reader: TextStreamReader, identity: string): Promise<void> {
    const attributes = reader.info.attributes ?? {};
    const id = attributes['lk.segment_id'] ?? reader.info.id;
    const final = attributes['lk.transcription_final'] === 'true';
    const who = identity === this.room.localParticipant.identity ? 'learner' : 'coach';
    let text = '';
    try {
      for await (const chunk of reader) {
        text += chunk;
        this.#note({ type: 'heard', id, who, text, final, at: Date.now() });
      }
      // The coach's words come as one stream a turn, growing; the learner's as one stream for each state of a turn.
      if (who === 'coach' || final) this.#note({ type: 'finished', id });
    } catch {
      this.#note({ type: 'cut' });
    }
  }

  #nextLetter(): Letter | undefined {
    const coach = this.#agent();
    const { link, lines, coach: { state } } = this.#view;
    const line = lines.find((candidate) => candidate.state === 'waiting');
    // Before it listens it has no ear for text either.
    const hears = state === 'listening' || state === 'thinking' || state === 'speaking';
    return coach && line && hears && link.mode === 'live' ? { line, coach } : undefined;
  }

  #note(event: TranscriptEvent): void {
    this.#show({ lines: transcribe(this.#view.lines, event) });
  }

  #move(event: LinkEvent): void {
    const link = nextLink(this.#view.link, event, Date.now());
    if (link === this.#view.link) return;
    const live = link.mode === 'live';
    this.#show({ link, cutSince: live ? undefined : (this.#view.cutSince ?? Date.now()), slept: !live && (this.#view.slept || this.#sleep.justNow()) });
    clearTimeout(this.#timer);
    if (link.mode === 'joining') void this.#join();
    if (link.mode === 'waiting') this.#timer = setTimeout(this.retry, link.until - Date.now());
    this.#handleCoach();
  }

  #show(changes: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
