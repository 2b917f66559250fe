import { Counter, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5];

export interface SpeechMetrics {
  readonly requests: Counter<'level' | 'cache'>;
  readonly errors: Counter<'code'>;
  readonly fallbacks: Counter<'from'>;
  readonly overTarget: Counter<'level'>;
  readonly firstAudio: Histogram<'level' | 'cache'>;
}

export function createSpeechMetrics(registry: Registry): SpeechMetrics {
  const registers = [registry];
  return {
    requests: new Counter({ name: 'tts_requests_total', help: 'Utterances, by the level that spoke the first clause.', labelNames: ['level', 'cache'], registers }),
    errors: new Counter({ name: 'tts_errors_total', help: 'Utterances that were refused or that no level could speak, by error code.', labelNames: ['code'], registers }),
    fallbacks: new Counter({ name: 'tts_fallbacks_total', help: 'Times that a level failed and the next one was asked.', labelNames: ['from'], registers }),
    overTarget: new Counter({ name: 'tts_over_target_total', help: 'First sounds that came later than the target of their level.', labelNames: ['level'], registers }),
    firstAudio: new Histogram({ name: 'tts_first_audio_seconds', help: 'From the request to the first sound.', labelNames: ['level', 'cache'], buckets: SECONDS, registers }),
  };
}
