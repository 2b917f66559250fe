import type { InferenceClient } from '../protocol/clients/inference.ts';
import type { TokenServiceClient } from '../protocol/clients/token-service.ts';
import type { Sound } from '../protocol/pcm.ts';
import { learnerSpeech } from '../tests/support/learner-speech.ts';
import { Learner } from '../tests/support/learner.ts';
import { HUMAN_COMMANDS, readHumanSpeech } from '../tests/support/speech-fr.ts';
import { trim } from '../tests/support/sound.ts';
import { distribution, type Distribution } from '../core/distribution.ts';

/** A learner's half of a conversation: short and long, plain and hesitant. Spoken by a voice that is not the coach's. */
const TURNS = [
  'Bonjour Marie, je vais bien, merci.',
  'Je voudrais parler de mon travail.',
  "Je suis chef de projet dans une petite entreprise, et je dois présenter nos résultats la semaine prochaine.",
  "Ce qui me gêne, c'est que je parle trop vite.",
  "Quand je suis devant la direction, je perds le fil de mes idées et je regarde mes notes.",
  'Oui, souvent.',
  "J'ai préparé trois parties, une introduction, les chiffres et une conclusion.",
  'Je ne sais pas.',
  "Peut-être que je devrais commencer par une question.",
  "Mon équipe compte huit personnes, et nous travaillons ensemble depuis deux ans.",
] as const;

const MIC_RATE = 24_000;
/** Nobody waits longer for an answer; a turn that takes longer counts as unanswered. */
const PATIENCE = 8_000;

export interface ConversationFigures {
  /** Token request to first audible coach sample, and join to first audible sample, ms. */
  readonly tokenToFirstWord: Distribution;
  readonly joinToFirstWord: Distribution;
  /** End of the learner's speech → first audible coach sample, ms. */
  readonly voiceToVoice: Distribution;
  readonly unanswered: number;
  /** Onset of the learner's speech over the coach → last audible coach sample, ms. */
  readonly bargeIn: Distribution;
}

/** Talks with the coach in real rooms and measures by waveform, on this process's clock. */
export async function benchConversation({ tokenService, inference, turns = 20, rooms = 5, bargeIns = 8, voice }: {
  tokenService: TokenServiceClient;
  inference: InferenceClient;
  turns?: number;
  rooms?: number;
  bargeIns?: number;
  voice?: string;
}): Promise<ConversationFigures> {
  const speech: Sound[] = [];
  for (const text of TURNS) speech.push(await learnerSpeech(inference, text, voice));
  speech.push(...readHumanSpeech(HUMAN_COMMANDS, MIC_RATE).map(({ sound }) => trim(sound)));

  const tokenToFirstWord: number[] = [];
  const joinToFirstWord: number[] = [];
  for (let room = 0; room < rooms; room += 1) {
    const asked = performance.now();
    const learner = await enter(tokenService);
    const heard = await learner.hears();
    tokenToFirstWord.push(heard - asked);
    joinToFirstWord.push(heard - learner.joinedAt);
    await learner.quiet(1_000); // the next learner comes when this one has been greeted
    await learner.leave();
  }

  const voiceToVoice: number[] = [];
  let unanswered = 0;
  let learner = await enter(tokenService);
  await learner.hears();
  for (let turn = 0; turn < turns; turn += 1) {
    await learner.quiet(1_000);
    const sound = speech[turn % speech.length];
    if (sound === undefined) break;
    const { endedAt } = await learner.say(sound);
    const answered = await learner.hears(endedAt, AbortSignal.timeout(PATIENCE)).catch(() => undefined);
    if (answered === undefined) unanswered += 1;
    else voiceToVoice.push(answered - endedAt);
  }
  await learner.leave();

  const bargeIn: number[] = [];
  learner = await enter(tokenService);
  for (let count = 0; count < bargeIns; count += 1) {
    const [opening, interruption] = [speech[(2 * count + 2) % TURNS.length], speech[(2 * count + 4) % TURNS.length]];
    if (opening === undefined || interruption === undefined) break;
    await learner.quiet(1_000);
    const { endedAt } = await learner.say(opening);
    const answered = await learner.hears(endedAt, AbortSignal.timeout(PATIENCE)).catch(() => undefined);
    if (answered === undefined) continue;
    await learner.hears(answered + 500);
    const { startedAt, endedAt: over } = await learner.say(interruption);
    // The coach's last sound of the reply it was giving: what follows after a gap is its answer to the interruption.
    const sounds = learner.heard.filter(({ at, loud }) => loud && at > startedAt - 100 && at <= over + 3_000).map(({ at }) => at);
    const last = sounds.find((at, index) => (sounds[index + 1] ?? Infinity) - at > 300);
    if (last !== undefined && last < over) bargeIn.push(Math.max(0, last - startedAt));
  }
  await learner.leave();

  return {
    tokenToFirstWord: distribution(tokenToFirstWord),
    joinToFirstWord: distribution(joinToFirstWord),
    voiceToVoice: distribution(voiceToVoice),
    unanswered,
    bargeIn: distribution(bargeIn),
  };
}

const ms = ({ n, p50, p95, max }: Distribution): string => `p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, max ${max.toFixed(0)} ms (n ${String(n)})`;

export function conversationRows({ joinToFirstWord, tokenToFirstWord, voiceToVoice, unanswered, bargeIn }: ConversationFigures): { measure: string; target: string; result: string }[] {
  return [
    { measure: 'join → first word', target: 'p50 ≤ 1,000 ms', result: ms(joinToFirstWord) },
    { measure: 'token request → first word', target: '', result: ms(tokenToFirstWord) },
    { measure: 'voice-to-voice', target: 'p50 ≤ 600, p95 ≤ 1,100 ms', result: `${ms(voiceToVoice)}, ${String(unanswered)} unanswered` },
    { measure: 'barge-in', target: 'p50 ≤ 350 ms', result: ms(bargeIn) },
  ];
}

async function enter(tokenService: TokenServiceClient): Promise<Learner> {
  const { token, url } = await tokenService.requestToken({ participant: 'bench' });
  return Learner.join({ url, token, micRate: MIC_RATE });
}
