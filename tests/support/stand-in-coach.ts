import { EventEmitter, once } from 'node:events';
import { AudioFrame, AudioSource, LocalAudioTrack, Room, RoomEvent, TrackPublishOptions, TrackSource, type Track } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { CHAT_TOPIC, COACH_RPC, TEXT_ID_ATTRIBUTE, TRANSCRIPTION_TOPIC } from '../../protocol/room.ts';
import type { LiveKitServer } from './livekit-server.ts';

const RATE = 24_000;

/**
 * A participant that does what a coach does in a room, at a test's word and without engines: for tests of the page
 * alone. It is a real LiveKit participant of kind agent, with a voice that hums.
 */
export class StandInCoach extends EventEmitter<{ typed: [string]; asked: [string] }> {
  readonly room = new Room();
  readonly typed: string[] = [];
  /** Of each text typed, its id. */
  readonly ids: (string | undefined)[] = [];
  readonly asked: string[] = [];
  readonly #voice = new AudioSource(RATE, 1);
  #segments = 0;

  private constructor() {
    super();
    this.room.registerTextStreamHandler(CHAT_TOPIC, (reader) => {
      void reader.readAll().then((text) => {
        this.typed.push(text);
        this.ids.push(reader.info.attributes?.[TEXT_ID_ATTRIBUTE]);
        this.emit('typed', text);
      });
    });
  }

  /** @param agentName the name the token-service dispatches, so that it takes this one for the coach */
  static async join({ url, apiKey, apiSecret }: LiveKitServer, room: string, agentName = 'eloquence-coach'): Promise<StandInCoach> {
    const token = new AccessToken(apiKey, apiSecret, { identity: `coach-${room}`, attributes: { 'lk.agent_name': agentName } });
    token.kind = 'agent';
    token.addGrant({ roomJoin: true, room, agent: true, canUpdateOwnMetadata: true });
    const coach = new StandInCoach();
    await coach.room.connect(url, await token.toJwt(), { autoSubscribe: true, dynacast: false });
    for (const method of Object.values(COACH_RPC)) {
      coach.#self.registerRpcMethod(method, () => {
        coach.asked.push(method);
        coach.emit('asked', method);
        return Promise.resolve('');
      });
    }
    const options = new TrackPublishOptions();
    options.source = TrackSource.SOURCE_MICROPHONE;
    await coach.#self.publishTrack(LocalAudioTrack.createAudioTrack('voice', coach.#voice), options);
    return coach;
  }

  get #self() {
    if (!this.room.localParticipant) throw new Error('the stand-in coach is not in the room');
    return this.room.localParticipant;
  }

  /** Identity of the learner; waits for one. */
  async learner(): Promise<string> {
    const [present] = this.room.remoteParticipants.values();
    if (present) return present.identity;
    const [joined] = (await once(this.room, RoomEvent.ParticipantConnected)) as [{ identity: string }];
    return joined.identity;
  }

  /** The learner's microphone; waits for it. */
  async learnersVoice(): Promise<Track> {
    for (;;) {
      const tracks = [...this.room.remoteParticipants.values()].flatMap(({ trackPublications }) => [...trackPublications.values()].map(({ track }) => track));
      const voice = tracks.find((track) => track !== undefined);
      if (voice) return voice;
      await once(this.room, RoomEvent.TrackSubscribed);
    }
  }

  async is(attributes: Record<string, string>): Promise<void> {
    await this.#self.setAttributes(attributes);
  }

  /** Says it: words as a stream that grows, a hum beside it. `unfinished` leaves the stream open. */
  async says(text: string, { unfinished = false } = {}): Promise<void> {
    const writer = await this.#self.streamText({ topic: TRANSCRIPTION_TOPIC, attributes: { 'lk.segment_id': `coach-${++this.#segments}`, 'lk.transcription_final': 'false' } });
    void this.#voice.captureFrame(hum(300));
    for (const word of text.split(/(?<= )/)) await writer.write(word);
    if (!unfinished) await writer.close();
  }

  /** Hums until `heard`; the sound of a new connection takes a moment to come through. */
  async hums(heard: Promise<unknown>): Promise<void> {
    const waits = { now: true };
    void heard.finally(() => (waits.now = false)).catch(() => undefined);
    // A full queue makes this wait as long as the sound takes.
    while (waits.now) await this.#voice.captureFrame(hum(300));
    await heard;
  }

  /** Has understood so much of what the learner says; each state of a segment is a stream of its own. */
  async hears(segment: string, text: string, { final = false } = {}): Promise<void> {
    const writer = await this.#self.streamText({
      topic: TRANSCRIPTION_TOPIC,
      senderIdentity: await this.learner(),
      attributes: { 'lk.segment_id': segment, 'lk.transcription_final': String(final) },
    });
    if (text !== '') await writer.write(text);
    await writer.close();
  }

  /** The first text typed to it, past or to come, that is `text`. */
  async reads(text: string): Promise<void> {
    while (!this.typed.includes(text)) await once(this, 'typed');
  }

  async isAsked(method: string): Promise<void> {
    while (!this.asked.includes(method)) await once(this, 'asked');
  }

  async leave(): Promise<void> {
    await this.room.disconnect();
  }
}

function hum(ms: number): AudioFrame {
  const samples = Math.round((RATE * ms) / 1_000);
  const pcm = Int16Array.from({ length: samples }, (_, index) => 6_000 * Math.sin((2 * Math.PI * 180 * index) / RATE));
  return new AudioFrame(pcm, RATE, 1, samples);
}
