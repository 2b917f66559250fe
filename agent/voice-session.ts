import { inference as framework, voice as agents, type llm, type stt, type VAD } from '@livekit/agents';
import type { Config } from '../core/config.ts';

export interface VoiceSessionParts {
  readonly turn: Config['agent']['turn'];
  readonly stt: stt.STT;
  readonly vad: VAD;
  readonly llm: llm.LLM;
}

/** The framework's session as we want it: quick turns, early replies, and interrupted by nobody but the learner. */
export function voiceSession({ turn: { endpointingMinDelay, endpointingMaxDelay, interruptionMinDuration }, ...parts }: VoiceSessionParts): agents.AgentSession {
  return new agents.AgentSession({
    ...parts,
    // Silence is the conversation's own affair.
    userAwayTimeout: null,
    // Browsers cancel the echo themselves; the framework's warm-up would only deafen the coach at the start.
    aecWarmupDuration: null,
    turnHandling: {
      turnDetection: new framework.TurnDetector({ version: 'v1-mini' }),
      endpointing: { minDelay: endpointingMinDelay, maxDelay: endpointingMaxDelay },
      interruption: { mode: 'vad', minDuration: interruptionMinDuration },
      preemptiveGeneration: { enabled: true, preemptiveTts: true, maxSpeechDuration: 60_000, maxRetries: 10 },
    },
  });
}
