import { Counter, Histogram, type Registry } from 'prom-client';
import { Breaker } from '../../core/breaker.ts';
import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import type { Transcription } from '../../protocol/transcript.ts';
import { PRIORITY, type ComputeGate } from '../process/compute-gate.ts';
import { STT_SAMPLE_RATE, type RecognitionStream, type StreamOptions, type SttEngine } from './engine.ts';
import { VoskServerEngine } from './vosk-server.ts';
import { WhisperEngine } from './whisper.ts';

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

interface Link {
  readonly engine: SttEngine;
  readonly breaker: Breaker;
}

export function createRecogniser(config: Config, { log, gate, registry }: { log: Logger; gate: ComputeGate; registry: Registry }, env: NodeJS.ProcessEnv = process.env): Recogniser {
  const voskUrl = env['VOSK_STT_URL'];
  const names = voskUrl && !config.stt.engines.includes('vosk-server') ? ['vosk-server', ...config.stt.engines] : config.stt.engines;
  const engines = names.flatMap((name): SttEngine[] => {
    if (name === 'whisper') return [new WhisperEngine({ threads: config.inference.threads, log, gate })];
    if (name === 'vosk-server') return voskUrl ? [new VoskServerEngine(voskUrl)] : [];
    throw new CodedError('CONFIG_INVALID', { file: 'config/eloquence.yaml', path: '/stt/engines', reason: `there is no engine ${name}` });
  });
  return recogniserOf(engines, { language: config.stt.language, log, registry });
}

/** The chain around given engines, in order. */
export function recogniserOf(engines: readonly SttEngine[], { language: standard, log, registry }: { language: string; log: Logger; registry: Registry }): Recogniser {
  const chain = engines.map((engine): Link => ({ engine, breaker: new Breaker({ name: engine.name }) }));
  const metrics = createMetrics(registry);
  const usable = ({ engine, breaker }: Link): boolean => engine.available() && breaker.state !== 'open';

  return {
    async transcribe(audio, { language = standard, words = true } = {}, signal) {
      if (audio.length === 0) throw new CodedError('AUDIO_EMPTY');
      const startedAt = performance.now();
      let failure: unknown = new CodedError('ENGINE_UNAVAILABLE', { engine: 'stt', reason: 'none is configured' });
      for (const { engine, breaker } of chain) {
        try {
          // Not yet started again is no failure: a breaker would rest for longer than that takes.
          if (!engine.available()) throw new CodedError('ENGINE_UNAVAILABLE', { engine: engine.name, reason: 'it is being started' });
          const done = metrics.latency.startTimer({ engine: engine.name });
          const recognition = await breaker.run(() => engine.transcribe(audio, { language, words, priority: PRIORITY.rest }, signal));
          done();
          metrics.transcriptions.inc({ engine: engine.name, kind: 'file' });
          const processingMs = Math.round(performance.now() - startedAt);
          const audioSeconds = audio.length / STT_SAMPLE_RATE;
          return {
            ...recognition,
            segments: [...recognition.segments],
            words: [...recognition.words],
            language,
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
          metrics.errors.inc({ engine: engine.name, code: error instanceof CodedError ? error.code : 'INTERNAL' });
          log.warn({ engine: engine.name, error: error instanceof Error ? error.message : 'unknown' }, 'transcription failed');
        }
      }
      throw failure;
    },

    stream(options) {
      const link = chain.find(usable) ?? chain.at(-1);
      if (link === undefined) throw new CodedError('ENGINE_UNAVAILABLE', { engine: 'stt', reason: 'none is configured' });
      return counted(link, link.engine.stream(options), metrics);
    },

    health() {
      const working = chain.find(usable);
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

interface Metrics {
  readonly transcriptions: Counter<'engine' | 'kind'>;
  readonly errors: Counter<'engine' | 'code'>;
  readonly latency: Histogram<'engine'>;
}

function createMetrics(registry: Registry): Metrics {
  const registers = [registry];
  return {
    transcriptions: new Counter({ name: 'stt_transcriptions_total', help: 'Transcripts made, of whole files and of utterances in streams.', labelNames: ['engine', 'kind'], registers }),
    errors: new Counter({ name: 'stt_errors_total', help: 'Transcriptions that failed, by error code.', labelNames: ['engine', 'code'], registers }),
    latency: new Histogram({ name: 'stt_latency_seconds', help: 'Time to transcribe a file.', labelNames: ['engine'], buckets: [0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30], registers }),
  };
}

/** The stream, with what it says counted. One that ends with an error counts against its engine; one that recovers does not. */
function counted({ engine, breaker }: Link, stream: RecognitionStream, metrics: Metrics): RecognitionStream {
  async function* messages(): AsyncGenerator<SttServerMessage> {
    let failure: CodedError | undefined;
    for await (const message of stream) {
      if ('error' in message) {
        metrics.errors.inc({ engine: engine.name, code: message.error.code });
        failure = new CodedError('ENGINE_FAILED', { engine: engine.name, reason: message.error.code });
      } else failure = undefined;
      if ('text' in message) metrics.transcriptions.inc({ engine: engine.name, kind: 'stream' });
      yield message;
    }
    if (failure) await breaker.run(() => Promise.reject(failure)).catch(() => undefined);
  }
  return { push: (pcm) => stream.push(pcm), end: () => stream.end(), close: () => stream.close(), [Symbol.asyncIterator]: messages };
}
