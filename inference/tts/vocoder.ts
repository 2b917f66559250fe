import { Worker } from 'node:worker_threads';

/** What the vocoder makes sound of: a stretch of an utterance's features, time-major, and what holds for all of it. */
export interface Piece {
  /** frames × X_WIDTH */
  readonly x: Float32Array<ArrayBuffer>;
  /** (frames × 60 + 1) × HAR_WIDTH */
  readonly har: Float32Array<ArrayBuffer>;
  readonly style: Float32Array<ArrayBuffer>;
  readonly statistics: Float32Array<ArrayBuffer>;
}

/** What a thread answers: once that it is ready, then to each piece its sound or why there is none. */
export interface Vocoded {
  readonly ready?: true;
  readonly audio?: Float32Array<ArrayBuffer>;
  readonly failure?: string;
}

interface Job {
  readonly piece: Piece;
  readonly done: (audio: Float32Array) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Kokoro's second half on several threads, each with a session of its own that computes a piece by itself. A session that
 * divides each of its 1,200 small operators among two threads waits for both 1,200 times: two pieces side by side are
 * faster than one after the other.
 */
export class Vocoder {
  readonly threads: number;
  readonly #idle: Worker[];
  #waiting: Job[] = [];

  private constructor(workers: Worker[]) {
    this.threads = workers.length;
    this.#idle = workers;
  }

  static async load(model: string, threads: number): Promise<Vocoder> {
    return new Vocoder(await Promise.all(Array.from({ length: threads }, () => start(model))));
  }

  /** The sound of all of `piece`, 300 samples a frame. Pieces wait for a thread in the order in which they came. */
  run(piece: Piece): Promise<Float32Array> {
    return new Promise((done, failed) => {
      this.#waiting.push({ piece, done, failed });
      this.#next();
    });
  }

  #next(): void {
    const worker = this.#idle.pop();
    if (worker === undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#idle.push(worker);
      return;
    }
    const { x, har, style, statistics } = job.piece;
    worker.ref(); // who waits for sound is not left because nothing else goes on
    worker.once('message', ({ audio, failure = 'no sound' }: Vocoded) => {
      worker.unref();
      this.#idle.push(worker);
      if (audio === undefined) job.failed(new Error(failure));
      else job.done(audio);
      this.#next();
    });
    worker.postMessage({ x, har, style, statistics }, [x.buffer, har.buffer]);
  }
}

/** A worker that dies is not caught: it takes this process along, which the server then starts again. */
function start(model: string): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./vocoder-thread.ts', import.meta.url), { workerData: model });
    worker.once('error', reject);
    worker.once('message', () => {
      worker.off('error', reject);
      worker.unref();
      resolve(worker);
    });
  });
}
