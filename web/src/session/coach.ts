import { COACH_ATTRIBUTES } from '../../../protocol/room.ts';

/** The coach's participant as its attributes tell it. */
export interface Coach {
  readonly state: 'absent' | 'preparing' | 'listening' | 'thinking' | 'speaking';
  readonly persona: string | undefined;
  readonly leads: 'scripted' | 'llm' | undefined;
  readonly phase: string | undefined;
  /** Unix ms on the service's clock. */
  readonly endsAt: number | undefined;
  readonly stage: 'greeting' | 'running' | 'paused' | 'closing' | 'ended' | undefined;
  readonly degraded: readonly Part[];
}

type Part = 'stt' | 'tts' | 'llm';

const PARTS: readonly Part[] = ['stt', 'tts', 'llm'];
const STAGES = ['greeting', 'running', 'paused', 'closing', 'ended'] as const;
const STATES = ['listening', 'thinking', 'speaking'] as const;

/** LiveKit's own attribute for what the agent does. */
const STATE_ATTRIBUTE = 'lk.agent.state';

/** Reads a coach out of its attributes; `undefined` when there is no coach in the room. Unknown values count as absent. */
export function readCoach(attributes: Readonly<Record<string, string>> | undefined): Coach {
  const read = (name: string): string | undefined => attributes?.[name] || undefined;
  const leads = read(COACH_ATTRIBUTES.coach);
  const endsAt = Number(read(COACH_ATTRIBUTES.endsAt));
  const degraded = read(COACH_ATTRIBUTES.degraded)?.split(',') ?? [];
  return {
    state: attributes === undefined ? 'absent' : (STATES.find((state) => state === read(STATE_ATTRIBUTE)) ?? 'preparing'),
    persona: read(COACH_ATTRIBUTES.persona),
    leads: leads === 'scripted' || leads === 'llm' ? leads : undefined,
    phase: read(COACH_ATTRIBUTES.phase),
    endsAt: endsAt > 0 ? endsAt : undefined,
    stage: STAGES.find((stage) => stage === read(COACH_ATTRIBUTES.stage)),
    degraded: PARTS.filter((part) => degraded.includes(part)),
  };
}
