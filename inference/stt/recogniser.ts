import type { Registry } from 'prom-client';
import { systemClock, type Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import { ANY_LANGUAGE } from '../../protocol/languages.ts';
import type { Transcription } from '../../protocol/transcript.ts';
import { PRIORITY } from '../process/compute-gate.ts';
import { ChainedStream } from './chained-stream.ts';
import { STT_SAMPLE_RATE, type RecognitionStream, type StreamOptions, type SttEngine } from './engine.ts';
import { Link } from './link.ts';
import { createMetrics } from './metrics.ts';

/** Speech to text by the first engine of the chain that can. */
export interface Recogniser {
  /**
   * @param audio mono at STT_SAMPLE_RATE, of any length; silence gives an empty text
   * @throws CodedError AUDIO_EMPTY; ENGINE_UNAVAILABLE or ENGINE_FAILED when no engine of the chain could
   */
  transcribe(audio: Float32Array, options?: { language?: string; words?: boolean }, signal?: AbortSignal): Promise<Transcription>;
  stream(options: StreamOptions): RecognitionStream;
  health(): { status: HealthStatus; detail?: string };
  /** Rejects when no engine could be started. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface RecogniserOptions {
  /** ISO 639-1, where the caller names none. */
  readonly language: string;
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock?: Clock;
  /** An engine that owes something and shows no sign of life for so long has failed, ms. */
  readonly stall?: number;
}

/** The chain around given engines, in order. */
export function recogniserOf(engines: readonly SttEngine[], { language: standard, log, registry, clock = systemClock, stall = 10_000 }: RecogniserOptions): Recogniser {
  const metrics = createMetrics(registry, () => gpuBytes(engines));
  const chain = engines.map((engine) => new Link(engine, { clock, log, metrics }));
  const linksFor = (language: string): Link[] => {
    const links = chain.filter((link) => link.understands(language));
    if (links.length === 0) throw new CodedError('ENGINE_UNAVAILABLE', { engine: 'stt', reason: chain.length === 0 ? 'none is configured' : `none understands ${language}` });
    return links;
  };

  return {
    async transcribe(audio, { language = standard, words = true } = {}, signal) {
      if (audio.length === 0) throw new CodedError('AUDIO_EMPTY');
      const startedAt = clock.now();
      let failure: unknown;
      for (const link of linksFor(language)) {
        const { engine } = link;
        try {
          const done = metrics.latency.startTimer({ engine: engine.name });
          const recognition = await link.run(() => engine.transcribe(audio, { language, words, priority: PRIORITY.rest }, signal));
          done();
          metrics.transcriptions.inc({ engine: engine.name, kind: 'file' });
          const { heardLanguage, ...said } = recognition;
          const processingMs = Math.round(clock.now() - startedAt);
          const audioSeconds = audio.length / STT_SAMPLE_RATE;
          return {
            ...said,
            segments: [...recognition.segments],
            words: [...recognition.words],
            language: heardLanguage?.language ?? (language === ANY_LANGUAGE ? standard : language),
            ...(heardLanguage?.probability !== undefined && { languageProbability: heardLanguage.probability }),
            engine: engine.name,
            model: engine.model,
            device: engine.device,
            audioSeconds,
            processingMs,
            rtf: processingMs / 1000 / audioSeconds,
          };
        } catch (error) {
          signal?.throwIfAborted();
          failure = error;
          link.tellFailure(error);
        }
      }
      throw failure;
    },

    stream(options) {
      return new ChainedStream(linksFor(options.language), options, { clock, stall });
    },

    health() {
      const working = chain.find((link) => link.usable());
      if (working === undefined) return { status: 'down', detail: 'no engine is ready' };
      return working === chain[0] ? { status: 'ok', detail: working.engine.name } : { status: 'degraded', detail: `${working.engine.name} instead of ${chain[0]?.engine.name ?? ''}` };
    },

    async ready() {
      await Promise.any(engines.map((engine) => engine.ready())).catch((error: unknown) => {
        throw error instanceof AggregateError ? error.errors[0] : error;
      });
    },

    async close() {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

async function gpuBytes(engines: readonly SttEngine[]): Promise<number> {
  const each = await Promise.all(engines.map(async (engine) => (await engine.gpuBytes?.()) ?? 0));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}
