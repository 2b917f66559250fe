import type { Secrets } from '../core/secrets.ts';
import type { Permissions } from '../protocol/token.ts';
import { livekitToken } from './livekit-token.ts';

interface Learner {
  readonly identity: string;
  /** Display name. */
  readonly name: string;
  readonly metadata?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface TokenGrant {
  readonly room: string;
  readonly learner: Learner;
  /** Can only take away. */
  readonly permissions?: Permissions | undefined;
  readonly ttlMinutes: number;
  /** Unix ms. The media server reads it by its own clock, which is none that a test drives. */
  readonly now?: number | undefined;
}

/**
 * A LiveKit token (https://docs.livekit.io/home/get-started/authentication/) for one learner and one room: microphone,
 * listening and data, nothing else. It names no agent: what a room's coach is, the lease decides (docs/token-service.md
 * says why).
 */
export function accessToken({ room, learner, permissions = {}, ttlMinutes, now }: TokenGrant, secrets: Secrets): Promise<string> {
  const { identity, name, metadata, attributes } = learner;
  const { canPublish = true, canSubscribe = true, canPublishData = true } = permissions;
  // Named sources supersede canPublish: there are none for one who may not publish.
  const publishing = canPublish ? { canPublish, canPublishSources: ['microphone'] } : { canPublish };
  const claims = {
    name,
    ...(metadata === undefined ? {} : { metadata }),
    ...(attributes === undefined || Object.keys(attributes).length === 0 ? {} : { attributes }),
    video: { room, roomJoin: true, ...publishing, canSubscribe, canPublishData, canUpdateOwnMetadata: false },
  };
  return livekitToken({ subject: identity, claims, ttlSeconds: ttlMinutes * 60, now }, secrets);
}
