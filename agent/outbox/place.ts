import { systemClock } from '../../core/clock.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { RecordingDelivery } from '../recording/delivery.ts';
import { Sweeper } from './sweeper.ts';

/** Where outboxes and recordings wait to be delivered. */
export const outboxFolder = (): string => inHome('outbox');

/** Who empties them. */
export function sweeperFor(tokenService: TokenServiceClient, log: Logger): Sweeper {
  const folder = outboxFolder();
  return new Sweeper({ folder, tokenService, recordings: new RecordingDelivery({ folder, tokenService, log }), clock: systemClock, log });
}
