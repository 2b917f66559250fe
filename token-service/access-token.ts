import { AccessToken, TrackSource } from 'livekit-server-sdk';
import type { Secrets } from '../core/secrets.ts';
import type { Permissions } from '../protocol/token.ts';

export interface Learner {
  readonly identity: string;
  /** Display name. */
  readonly name?: string | undefined;
  readonly metadata?: string | undefined;
  readonly attributes?: Record<string, string> | undefined;
}

/**
 * A LiveKit token for one learner and one room: microphone, listening and data, nothing else. It names no agent: what a
 * room's coach is, the lease decides (docs/token-service.md says why).
 * @param permissions can only take away
 */
export function accessToken({ room, learner, permissions = {}, ttlMinutes }: { room: string; learner: Learner; permissions?: Permissions | undefined; ttlMinutes: number }, { livekitApiKey, livekitApiSecret }: Secrets): Promise<string> {
  const { identity, name, metadata, attributes } = learner;
  const token = new AccessToken(livekitApiKey, livekitApiSecret, {
    identity,
    ttl: ttlMinutes * 60,
    ...(name === undefined ? {} : { name }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(attributes === undefined ? {} : { attributes }),
  });
  const canPublish = permissions.canPublish ?? true;
  token.addGrant({
    room,
    roomJoin: true,
    canPublish,
    // Named sources supersede canPublish: there are none for one who may not publish.
    ...(canPublish ? { canPublishSources: [TrackSource.MICROPHONE] } : {}),
    canSubscribe: permissions.canSubscribe ?? true,
    canPublishData: permissions.canPublishData ?? true,
    canUpdateOwnMetadata: false,
  });
  return token.toJwt();
}
