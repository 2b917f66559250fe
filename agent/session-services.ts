import type { VAD } from '@livekit/agents';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import type { InferenceClient } from '../protocol/clients/inference.ts';
import type { SessionEvent } from '../protocol/session-events.ts';
import type { EmergencyClips } from './emergency-clips.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Recording } from './recording/recording.ts';
import type { ReplyBy } from './reply-model.ts';

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
