import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { InferenceStatus } from '../../protocol/inference-status.ts';
import type { SpeechStore } from './speech-store.ts';

/** Raise it when the same text would sound different: what was rendered before is then not used any more. */
const RENDERING = 3;

export interface CacheSubject {
  /** Normalised. */
  readonly text: string;
  readonly level: string;
  readonly voice: string;
  readonly language: string;
  readonly speed: number;
}

/** Names a rendering without telling what was said. */
export function cacheKey({ text, level, voice, language, speed }: CacheSubject): string {
  return createHash('sha256').update(JSON.stringify([RENDERING, text, level, voice, language, speed])).digest('hex');
}

/** Whole utterances of the best level: in memory by bytes and age, below that on disk. */
export class SpeechCache {
  readonly #memory: LRUCache<string, Int16Array>;
  readonly #store: SpeechStore | undefined;
  #hits = 0;
  #misses = 0;

  constructor({ maxBytes, ttlSeconds, store }: { maxBytes: number; ttlSeconds: number; store?: SpeechStore }) {
    this.#memory = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: (pcm) => Math.max(1, pcm.byteLength), ttl: ttlSeconds * 1000 });
    this.#store = store;
  }

  get state(): InferenceStatus['cache'] {
    return { entries: this.#memory.size, bytes: this.#memory.calculatedSize, diskEntries: this.#store?.entries ?? 0, diskBytes: this.#store?.bytes ?? 0, hits: this.#hits, misses: this.#misses };
  }

  /** What is in memory: no waiting. */
  recall(key: string): Int16Array | undefined {
    const pcm = this.#memory.get(key);
    if (pcm !== undefined) this.#hits += 1;
    return pcm;
  }

  /** What is on disk, and from then on in memory. */
  async load(key: string): Promise<Int16Array | undefined> {
    const pcm = await this.#store?.read(key);
    if (pcm === undefined) this.#misses += 1;
    else {
      this.#hits += 1;
      this.#memory.set(key, pcm);
    }
    return pcm;
  }

  async keep(key: string, pcm: Int16Array, { onDisk }: { onDisk: boolean }): Promise<void> {
    this.#memory.set(key, pcm);
    if (onDisk) await this.#store?.write(key, pcm);
  }
}
