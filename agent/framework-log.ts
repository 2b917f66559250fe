import { initializeLogger } from '@livekit/agents';
import type { Logger } from '../core/log.ts';

/** Where @livekit/agents 1.9 keeps its logger: a process-wide slot under a registered symbol (its log_core.ts). */
const SLOT = Symbol.for('@livekit/agents:logger');

/**
 * Makes the framework log through ours, errors only: its warnings speak of its own event loop and tuning. Its own logger would write what learners and coach said
 * (fields `lk.pii.*`) to stdout; ours drops those fields. A job gets a new logger of the framework's when it starts:
 * call this in the worker, and again in each job.
 */
export function logThrough(log: Logger, level = 'error'): void {
  // What the framework's children inherit until they call this themselves.
  initializeLogger({ pretty: false, level: 'error' });
  Reflect.set(globalThis, SLOT, log.child({ component: 'livekit-agents' }, { level }));
}
