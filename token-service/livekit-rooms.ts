import { AgentDispatchClient, RoomAgentDispatch, RoomServiceClient, ServerError, type ParticipantInfo, type VideoGrant } from 'livekit-server-sdk';
import Value from 'typebox/value';
import { CodedError } from '../core/errors.ts';
import { JobMetadata } from '../protocol/session.ts';
import type { Secrets } from '../core/secrets.ts';
import { livekitToken } from './livekit-token.ts';

/** An attribute that livekit-server gives to agents, and we to nobody: the name they were dispatched by. */
const AGENT_NAME = 'lk.agent_name';

const RPC_TIMEOUT_SECONDS = 3;

/** An order to the agents to send a coach. LiveKit does not keep its state up to date: only the room shows what became of it. */
export interface Dispatch {
  readonly id: string;
  readonly session: string | undefined;
  /** Unix ms, by LiveKit's clock. */
  readonly createdAt: number;
  /** Identity of the coach that a worker promised; undefined as long as no worker took the job. */
  readonly coach: string | undefined;
}

/** What there is of a coach in a room. */
export interface RoomSight {
  /** Another one when the room of this name is made again. */
  readonly id: string;
  /** Learners and callers. */
  readonly learners: readonly string[];
  /** `joinedAt` in Unix ms, by LiveKit's clock. */
  readonly coaches: readonly { readonly identity: string; readonly joinedAt: number }[];
  readonly dispatches: readonly Dispatch[];
}

/**
 * LiveKit's server API, as far as this service needs it.
 * All throw CodedError LIVEKIT_UNREACHABLE or LIVEKIT_REFUSED.
 */
export class LiveKitRooms {
  readonly #url: string;
  readonly #agentName: string;
  readonly #rooms: RoomServiceClient;
  readonly #dispatches: AgentDispatchClient;

  /** @param url `ws://` or `http://` address of livekit-server */
  constructor(url: string, secrets: Secrets, agentName: string) {
    this.#url = url;
    this.#agentName = agentName;
    const http = url.replace(/^ws/, 'http');
    const options = { requestTimeout: RPC_TIMEOUT_SECONDS };
    const { livekitApiKey, livekitApiSecret } = secrets;
    const authHeader = async (video: VideoGrant): Promise<Record<string, string>> => ({ Authorization: `Bearer ${await livekitToken({ claims: { video }, ttlSeconds: 60 }, secrets)}` });
    this.#rooms = Object.assign(new RoomServiceClient(http, livekitApiKey, livekitApiSecret, options), { authHeader });
    this.#dispatches = Object.assign(new AgentDispatchClient(http, livekitApiKey, livekitApiSecret, options), { authHeader });
  }

  /** Resolves when the media server answers and knows our key. */
  async ping(): Promise<void> {
    await this.#call(() => this.#rooms.listRooms(['-']));
  }

  /** Those of these rooms that exist, and how many people are in each, some seconds ago. */
  async existing(names: string[]): Promise<{ name: string; participants: number }[]> {
    // livekit-server takes an empty list for all of them.
    const found = names.length === 0 ? [] : await this.#call(() => this.#rooms.listRooms(names));
    return found.map(({ name, numParticipants }) => ({ name, participants: numParticipants }));
  }

  /** What is in the room; undefined when there is no such room. */
  async look(room: string): Promise<RoomSight | undefined> {
    // Asked first: livekit-server takes seconds to say that it has no dispatches of a room that it has not.
    const [found] = await this.#call(() => this.#rooms.listRooms([room]));
    if (found === undefined) return undefined;
    const [participants, dispatches] = await this.#call(() => Promise.all([this.#rooms.listParticipants(room), this.#dispatches.listDispatch(room)]));
    return {
      id: found.sid,
      learners: participants.filter(({ attributes }) => !(AGENT_NAME in attributes)).map(({ identity }) => identity),
      coaches: participants.filter((participant) => this.isCoach(participant)).map(({ identity, joinedAtMs }) => ({ identity, joinedAt: Number(joinedAtMs) })),
      dispatches: dispatches
        .filter(({ agentName }) => agentName === this.#agentName)
        .map(({ id, metadata, state }) => ({
          id,
          session: sessionIn(metadata),
          createdAt: Number((state?.createdAt ?? 0n) / 1_000_000n),
          coach: state?.jobs.at(-1)?.state?.participantIdentity,
        })),
    };
  }

  /** Makes the room with the coach of `session` ordered, in one step; of racing calls one does it, and of an existing room nothing changes. */
  async create(room: string, session: string | undefined): Promise<void> {
    const agents = session === undefined ? [] : [new RoomAgentDispatch({ agentName: this.#agentName, metadata: metadataOf(session) })];
    await this.#call(() => this.#rooms.createRoom({ name: room, agents }));
  }

  async dispatch(room: string, session: string): Promise<void> {
    await this.#call(() => this.#dispatches.createDispatch(room, this.#agentName, { metadata: metadataOf(session) }));
  }

  /** Takes an order back; a coach that came by it is sent away. */
  async cancel(room: string, dispatch: string): Promise<void> {
    await this.#call(() => this.#dispatches.deleteDispatch(dispatch, room));
  }

  async remove(room: string, identity: string): Promise<void> {
    await this.#call(() => this.#rooms.removeParticipant(room, identity));
  }

  isCoach({ attributes }: Pick<ParticipantInfo, 'attributes'>): boolean {
    return attributes[AGENT_NAME] === this.#agentName;
  }

  async #call<Result>(request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (cause) {
      if (!(cause instanceof ServerError) || cause.status >= 500) throw new CodedError('LIVEKIT_UNREACHABLE', { url: this.#url }, { cause });
      throw new CodedError('LIVEKIT_REFUSED', { url: this.#url, reason: cause.code ?? cause.message }, { cause });
    }
  }
}

const metadataOf = (session: string): string => JSON.stringify({ session } satisfies JobMetadata);

function sessionIn(metadata: string): string | undefined {
  try {
    const job: unknown = JSON.parse(metadata);
    return Value.Check(JobMetadata, job) ? job.session : undefined;
  } catch {
    return undefined;
  }
}
