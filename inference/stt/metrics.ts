import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface SttMetrics {
  readonly transcriptions: Counter<'engine' | 'kind'>;
  readonly errors: Counter<'engine' | 'code'>;
  readonly latency: Histogram<'engine'>;
}

/** @param vram bytes of GPU memory that recognition uses now; asked at each scrape */
export function createMetrics(registry: Registry, vram: () => Promise<number>): SttMetrics {
  const registers = [registry];
  new Gauge({
    name: 'stt_vram_usage_bytes',
    help: 'GPU memory that speech recognition uses; 0 on a CPU.',
    registers,
    async collect() {
      this.set(await vram());
    },
  });
  return {
    transcriptions: new Counter({ name: 'stt_transcriptions_total', help: 'Transcripts made, of whole files and of utterances in streams.', labelNames: ['engine', 'kind'], registers }),
    errors: new Counter({ name: 'stt_errors_total', help: 'Transcriptions that failed, by error code.', labelNames: ['engine', 'code'], registers }),
    latency: new Histogram({ name: 'stt_latency_seconds', help: 'Time to transcribe a file.', labelNames: ['engine'], buckets: [0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30], registers }),
  };
}
