import type { Registry } from 'prom-client';
import { systemClock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import { splitClauses } from '../../protocol/clauses.ts';
import { EMERGENCY_LEVEL } from '../../protocol/emergency-phrases.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import type { InferenceStatus, SpeechLevelState } from '../../protocol/inference-status.ts';
import { joined } from '../../protocol/pcm.ts';
import { SPEECH_SAMPLE_RATE, type PassedOver, type SpeechRequest } from '../../protocol/speech.ts';
import type { Alerts } from '../alerts.ts';
import { PRIORITY, type Priority } from '../process/compute-gate.ts';
import { SpeechCache } from './cache.ts';
import { SpeechChain } from './chain.ts';
import { choose } from './choice.ts';
import { EmergencyClips } from './emergency.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { Level } from './level.ts';
import { createLevels, type LevelDeps } from './levels.ts';
import { normalise } from './normalise.ts';
import { Recording } from './recording.ts';
import { Renderings, type Rendering } from './renderings.ts';
import { SessionVoices } from './session-voices.ts';
import { createSpeechMetrics } from './speech-metrics.ts';
import { SpeechStore } from './speech-store.ts';
import { utterance } from './utterance.ts';
import { findVoice, languageOf, VOICES, type Voice } from './voices.ts';
import { measureLevels } from './warm-up.ts';

export interface Speech {
  /** The level that speaks. */
  readonly level: string;
  readonly voice: string;
  readonly cache: 'hit' | 'miss';
  readonly sampleRate: typeof SPEECH_SAMPLE_RATE;
  readonly firstAudioMs: number;
  /** It took longer than the level's target. */
  readonly overTarget: boolean;
  /** Why no better level speaks. */
  readonly passed: readonly PassedOver[];
  /**
   * 16-bit mono PCM as it is made. Leaving the loop stops the computation when nobody else listens.
   * Throws CodedError SPEECH_INTERRUPTED when the level fails on the way.
   */
  readonly audio: AsyncIterableIterator<Int16Array>;
}

export interface Synthesiser {
  /**
   * Resolves when the first sound is there.
   * @throws CodedError SPEECH_EMPTY, SPEECH_TOO_LONG, SPEECH_LEVEL_UNKNOWN, OVERLOADED, SPEECH_UNAVAILABLE
   */
  synthesize(request: SpeechRequest, signal?: AbortSignal): Promise<Speech>;
  voices(): string[];
  health(): Record<string, { status: HealthStatus; detail?: string }>;
  levels(): SpeechLevelState[];
  /** What is remembered. */
  cache(): InferenceStatus['cache'];
  /** Switches a level off for everybody, or on again. @throws CodedError SPEECH_LEVEL_UNKNOWN */
  enable(level: string, enabled: boolean): void;
  /** Resolves when every level has started or has failed to, and is measured; rejects when none can speak. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface SynthesiserDeps {
  readonly log: Logger;
  readonly registry: Registry;
  readonly alerts: Alerts;
}

const PRIORITIES = { first: PRIORITY.firstClause, rest: PRIORITY.rest, ahead: PRIORITY.ahead } as const;
/** OpenAI's own model names mean: whatever speaks best. */
const ANY_MODEL = /^(?:tts-|gpt-)/u;

/**
 * All ways of speaking that the configuration names, as one that does not fail as long as one of them works.
 * @throws CodedError CONFIG_INVALID when it leaves no level
 */
export function createSynthesiser(config: Config, deps: LevelDeps & SynthesiserDeps): Synthesiser {
  return synthesiserOf(createLevels(config, deps), { config, ...deps });
}

/** The same around given engines, in order. */
export function synthesiserOf(engines: readonly SpeechEngine[], { config: { tts, stt }, log, registry, alerts }: SynthesiserDeps & { config: Pick<Config, 'tts' | 'stt'> }): Synthesiser {
  const levels = engines.map((engine) => new Level(engine, tts.levels[engine.name]));
  const store = new SpeechStore({ folder: inHome('cache', 'speech'), maxBytes: tts.cache.diskMegabytes * 1e6, log });
  const cache = new SpeechCache({ maxBytes: tts.cache.megabytes * 1e6, ttlSeconds: tts.cache.ttlSeconds, store });
  const metrics = createSpeechMetrics(registry);
  const voices = new SessionVoices();
  const emergency = new EmergencyClips({ folder: inHome('cache', 'emergency'), voices: VOICES, log });
  const chain = new SpeechChain({
    log,
    onFallback: ({ name }, error) => {
      metrics.fallbacks.inc({ from: name });
      alerts.raise({ kind: 'tts_fallback', engine: name, code: isCodedError(error) ? error.code : 'INTERNAL' });
    },
  });
  const renderings = new Renderings(chain, cache);

  function pool(model: string | undefined, priority: Priority): readonly Level[] {
    const [best] = levels.filter(({ enabled }) => enabled);
    if (model === undefined || ANY_MODEL.test(model)) return priority === PRIORITY.ahead && best !== undefined ? [best] : levels;
    return [levelOf(model)];
  }

  function levelOf(name: string): Level {
    const level = levels.find((candidate) => candidate.name === name);
    if (level === undefined) throw new CodedError('SPEECH_LEVEL_UNKNOWN', { level: name, known: levels.map((candidate) => candidate.name).join(', ') });
    return level;
  }

  /** One clause by the voice `own`, else the best that can. */
  async function say(request: UtteranceRequest, { model, dueMs, avoid, own, reuse, onDisk }: Say, signal: AbortSignal | undefined): Promise<Rendering & { passed: PassedOver[] }> {
    const among = pool(model, request.priority);
    const { candidates, passed } = choose(among, { ...request, dueMs, avoid }, own);
    const welcome = (name: string): boolean => avoid?.includes(name) !== true;
    const wanted = own !== undefined && welcome(own) ? own : (among.find(({ enabled, name }) => enabled && welcome(name))?.name ?? '');
    const best = among[0] === levels[0] && wanted === levels[0]?.name;
    const rendering = await renderings.render({ request, candidates, wanted, reuse, onDisk: onDisk && best, refusal: refusalOf(passed) }, signal);
    return { ...rendering, passed: rendering.cache === 'hit' ? [] : [...passed, ...rendering.failed] };
  }

  function lastWords(voice: Voice, began: number): Speech | undefined {
    const clip = emergency.clip(voice.id);
    if (clip === undefined) return undefined;
    log.fatal({ voice: voice.id }, 'nothing can speak: the emergency clip is all there is');
    alerts.raise({ kind: 'tts_emergency', engine: EMERGENCY_LEVEL, code: 'SPEECH_UNAVAILABLE' });
    metrics.requests.inc({ level: EMERGENCY_LEVEL, cache: 'hit' });
    return { level: EMERGENCY_LEVEL, voice: voice.id, cache: 'hit', sampleRate: SPEECH_SAMPLE_RATE, firstAudioMs: systemClock.now() - began, overTarget: false, passed: levels.map((level) => ({ level: level.name, reason: level.refusal({ priority: PRIORITY.rest, voice: voice.id, language: voice.language }) ?? 'failed' })), audio: Recording.of(clip).read() };
  }

  async function synthesize({ text, voice: name, model, speed = 1, reuse_cache: reuse = true, store: onDisk = true, language, priority: urgency = 'first', session, due_ms: dueMs, avoid }: SpeechRequest, signal?: AbortSignal): Promise<Speech> {
    const began = systemClock.now();
    const voice = findVoice(name, language ?? languageOf(name, stt.language));
    try {
      const priority = PRIORITIES[urgency];
      if (model === EMERGENCY_LEVEL) return lastWords(voice, began) ?? unavailable('its clip was never rendered');
      const [first, ...rest] = splitClauses(normalise(text, voice.language)).map((clause): UtteranceRequest => ({ text: clause, voice: voice.id, language: voice.language, speed, priority, session }));
      if (first === undefined) throw new CodedError('SPEECH_EMPTY');
      const how: Say = { model, dueMs, avoid, own: model === undefined ? voices.of(session, urgency === 'first') : undefined, reuse, onDisk };
      const begun = await say(first, how, signal);
      const { level, cache: state, passed } = begun;
      const firstAudioMs = systemClock.now() - began;
      metrics.requests.inc({ level, cache: state });
      metrics.firstAudio.observe({ level, cache: state }, firstAudioMs / 1000);
      const { target } = levelOf(level);
      const overTarget = state === 'miss' && firstAudioMs > target;
      if (state === 'miss' && priority !== PRIORITY.ahead) levelOf(level).measured(Math.max(0, firstAudioMs));
      if (overTarget && priority !== PRIORITY.ahead) {
        metrics.overTarget.inc({ level });
        log.debug({ level, firstAudioMs: Math.round(firstAudioMs), target }, 'speech began later than its level should');
      }
      if (model === undefined) voices.spoke(session, levelOf(level).name);
      return { level, voice: voice.id, cache: state, sampleRate: SPEECH_SAMPLE_RATE, firstAudioMs, overTarget, passed, audio: rest.length === 0 ? begun.audio : utterance(begun, rest, (clause, before, either) => say(clause, { ...how, dueMs: undefined, own: before.level }, either), signal) };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      metrics.errors.inc({ code: isCodedError(error) ? error.code : 'INTERNAL' });
      const last = model === undefined && urgency !== 'ahead' && isCodedError(error, 'SPEECH_UNAVAILABLE') ? lastWords(voice, began) : undefined;
      if (last === undefined) throw error;
      return last;
    }
  }

  async function prepareEmergency(): Promise<void> {
    await emergency.prepare(VOICES, async (text, voice) => joined(await Array.fromAsync((await synthesize({ text, voice: voice.id, language: voice.language, priority: 'ahead', store: false })).audio)));
  }

  return {
    synthesize,
    voices: () => VOICES.map(({ id }) => id),
    health: () => Object.fromEntries(levels.map((level) => [level.name, level.health()])),
    levels: () => levels.map((level) => level.state()),
    cache: () => cache.state,
    enable: (name, enabled) => void (levelOf(name).enabled = enabled),
    async ready() {
      const failed = (await Promise.allSettled(engines.map((engine) => engine.ready()))).filter((outcome) => outcome.status === 'rejected');
      const [first] = failed;
      if (first !== undefined && failed.length === engines.length) throw first.reason;
      await measureLevels(levels, stt.language, log);
      void prepareEmergency();
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

/** How a clause is to be said. */
interface Say {
  readonly model: string | undefined;
  readonly dueMs: number | undefined;
  readonly avoid: readonly string[] | undefined;
  /** The voice to go on with. */
  readonly own: string | undefined;
  readonly reuse: boolean;
  readonly onDisk: boolean;
}

/** Where no level may even be asked. */
function refusalOf(passed: readonly PassedOver[]): CodedError {
  if (passed.some(({ reason }) => reason === 'busy')) return new CodedError('OVERLOADED', { what: 'Speech', seconds: 1 });
  return new CodedError('SPEECH_UNAVAILABLE', { reason: passed.map(({ level, reason }) => `${level}: ${reason}`).join(', ') || 'no level is configured' });
}

function unavailable(reason: string): never {
  throw new CodedError('SPEECH_UNAVAILABLE', { reason });
}
