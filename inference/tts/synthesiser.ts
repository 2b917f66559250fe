import { Counter, Histogram, type Registry } from 'prom-client';
import { Breaker } from '../../core/breaker.ts';
import { systemClock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import { SPEECH_SAMPLE_RATE, type SpeechRequest } from '../../protocol/speech.ts';
import { PRIORITY, type Priority } from '../process/compute-gate.ts';
import { cacheKey, SpeechCache } from './cache.ts';
import { SpeechChain, type Level } from './chain.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { createLevels, type LevelDeps } from './levels.ts';
import { normalise } from './normalise.ts';
import { Recording } from './recording.ts';
import { SpeechStore } from './speech-store.ts';
import { findVoice, VOICES } from './voices.ts';

export interface Speech {
  /** The level that speaks. */
  readonly level: string;
  readonly voice: string;
  readonly cache: 'hit' | 'miss';
  readonly sampleRate: typeof SPEECH_SAMPLE_RATE;
  readonly firstAudioMs: number;
  /**
   * 16-bit mono PCM as it is made. Leaving the loop stops the computation when nobody else listens.
   * Throws CodedError SPEECH_INTERRUPTED when the level fails on the way.
   */
  readonly audio: AsyncIterableIterator<Int16Array>;
}

export interface Synthesiser {
  /**
   * Resolves when the first sound is there.
   * @throws CodedError SPEECH_EMPTY, SPEECH_TOO_LONG, SPEECH_LEVEL_UNKNOWN, SPEECH_UNAVAILABLE
   */
  synthesize(request: SpeechRequest, signal?: AbortSignal): Promise<Speech>;
  voices(): string[];
  health(): Record<string, { status: HealthStatus; detail?: string }>;
  /** Resolves when every level has started or has failed to; rejects when none can speak. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** An utterance being made, and whoever asked for the same one in the meantime. */
interface Running {
  readonly recording: Recording;
  readonly started: Promise<{ level: string; cache: Speech['cache'] }>;
  /** Whoever joins may be in more of a hurry: the engine looks at the priority again with each chunk. */
  readonly request: { -readonly [Field in keyof UtteranceRequest]: UtteranceRequest[Field] };
}

const PRIORITIES = { first: PRIORITY.firstClause, rest: PRIORITY.rest, ahead: PRIORITY.ahead } as const;
/** OpenAI's own model names mean: whatever speaks best. */
const ANY_MODEL = /^(?:tts-|gpt-)/u;

/**
 * All ways of speaking that the configuration names, as one that does not fail as long as one of them works.
 * @throws CodedError CONFIG_INVALID when it leaves no level
 */
export function createSynthesiser(config: Config, deps: LevelDeps & { registry: Registry }): Synthesiser {
  return synthesiserOf(createLevels(config, deps), { config, ...deps });
}

/** The same around given engines, in order. */
export function synthesiserOf(engines: readonly SpeechEngine[], { config, log, registry }: { config: Pick<Config, 'tts' | 'stt'>; log: Logger; registry: Registry }): Synthesiser {
  const levels: Level[] = engines.map((engine) => ({
    engine,
    breaker: new Breaker({ name: engine.name }),
    deadline: config.tts.levels[engine.name].deadline,
  }));
  const store = new SpeechStore({ folder: inHome('cache', 'speech'), maxBytes: config.tts.cache.diskMegabytes * 1e6, log });
  const cache = new SpeechCache({ maxBytes: config.tts.cache.megabytes * 1e6, ttlSeconds: config.tts.cache.ttlSeconds, store });
  const metrics = createMetrics(registry);
  const chain = new SpeechChain({ log, onFallback: (from) => metrics.fallbacks.inc({ from }) });
  const running = new Map<string, Running>();

  function levelsFor(model: string | undefined, priority: Priority): readonly Level[] {
    if (model === undefined || ANY_MODEL.test(model)) return priority === PRIORITY.ahead ? levels.slice(0, 1) : levels;
    const level = levels.find(({ engine }) => engine.name === model);
    if (level === undefined) throw new CodedError('SPEECH_LEVEL_UNKNOWN', { level: model, known: levels.map(({ engine }) => engine.name).join(', ') });
    return [level];
  }

  function start(request: UtteranceRequest, candidates: readonly Level[], key: string, { reuse, store: onDisk }: { reuse: boolean; store: boolean }): Running {
    const abandoned = new AbortController();
    const recording = new Recording(() => {
      if (running.get(key) === entry) running.delete(key); // nobody can join what is ending
      abandoned.abort();
    });
    const shared = { ...request };
    const begin = async (): Promise<{ level: string; cache: Speech['cache'] }> => {
      const best = candidates[0]?.engine.name ?? '';
      const stored = reuse ? await cache.load(key) : undefined;
      if (stored !== undefined) {
        recording.push(stored);
        recording.finish();
        return { level: best, cache: 'hit' };
      }
      const level = await chain.speak(shared, candidates, recording, abandoned.signal);
      return { level: level.engine.name, cache: 'miss' };
    };
    const entry: Running = { recording, started: begin(), request: shared };
    running.set(key, entry);
    void settle(entry, key, { best: candidates[0]?.engine.name, onDisk });
    return entry;
  }

  /** Keeps what the best level has said to the end. What a fallback said is not worth hearing again. */
  async function settle(entry: Running, key: string, { best, onDisk }: { best: string | undefined; onDisk: boolean }): Promise<void> {
    try {
      const { level, cache: state } = await entry.started;
      await entry.recording.finished();
      if (state === 'miss' && level === best) await cache.keep(key, entry.recording.pcm(), { onDisk: onDisk && best === levels[0]?.engine.name });
    } catch {
      // Told to whoever listens; there is nothing to keep.
    } finally {
      if (running.get(key) === entry) running.delete(key);
    }
  }

  return {
    async synthesize({ text, voice: name, model, speed = 1, reuse_cache: reuse = true, store: onDisk = true, language = config.stt.language, priority: urgency = 'first' }, signal) {
      const began = systemClock.now();
      try {
        const voice = findVoice(name, language);
        const request: UtteranceRequest = { text: normalise(text, voice.language), voice: voice.id, language: voice.language, speed, priority: PRIORITIES[urgency] };
        const candidates = levelsFor(model, request.priority);
        const key = cacheKey({ ...request, level: candidates[0]?.engine.name ?? '' });
        const done = (level: string, state: Speech['cache'], audio: Speech['audio']): Speech => {
          const firstAudioMs = systemClock.now() - began;
          metrics.requests.inc({ level, cache: state });
          metrics.firstAudio.observe({ level }, firstAudioMs / 1000);
          return { level, voice: voice.id, cache: state, sampleRate: SPEECH_SAMPLE_RATE, firstAudioMs, audio };
        };

        const known = reuse ? cache.recall(key) : undefined;
        if (known !== undefined) return done(candidates[0]?.engine.name ?? '', 'hit', Recording.of(known).read(signal));

        const current = reuse ? running.get(key) : undefined;
        // A rendering that has not begun may wait behind others for long: who is in a hurry does not wait with it.
        const joins = current !== undefined && (current.recording.begun || current.request.priority <= request.priority);
        const entry = joins ? current : start(request, candidates, key, { reuse, store: onDisk });
        if (request.priority < entry.request.priority) entry.request.priority = request.priority;
        const audio = entry.recording.read(signal);
        const { level, cache: state } = await orAborted(entry.started, signal);
        return done(level, state, audio);
      } catch (error) {
        if (signal?.aborted !== true) metrics.errors.inc({ code: isCodedError(error) ? error.code : 'INTERNAL' });
        throw error;
      }
    },

    voices: () => VOICES.map(({ id }) => id),

    health: () => Object.fromEntries(levels.map(({ engine, breaker }) => [engine.name, levelHealth(engine, breaker)])),

    async ready() {
      const outcomes = await Promise.allSettled(engines.map((engine) => engine.ready()));
      if (!outcomes.some(({ status }) => status === 'fulfilled')) throw new CodedError('SPEECH_UNAVAILABLE', { reason: 'no level has started' });
    },

    async close() {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

function levelHealth(engine: SpeechEngine, breaker: Breaker): { status: HealthStatus; detail?: string } {
  if (!engine.available()) return { status: 'down', detail: 'it is starting or has ended' };
  if (breaker.state === 'closed') return { status: 'ok' };
  return { status: breaker.state === 'open' ? 'down' : 'degraded', detail: `breaker ${breaker.state}` };
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Counter({ name: 'tts_requests_total', help: 'Utterances by level and cache state', labelNames: ['level', 'cache'], registers }),
    fallbacks: new Counter({ name: 'tts_fallbacks_total', help: 'Times that a level was passed over or failed to begin', labelNames: ['from'], registers }),
    errors: new Counter({ name: 'tts_errors_total', help: 'Requests that ended without sound, by error code', labelNames: ['code'], registers }),
    firstAudio: new Histogram({ name: 'tts_first_audio_seconds', help: 'From the request to its first sound', labelNames: ['level'], buckets: [0.005, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5], registers }),
  };
}

function orAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
