import { createStream, type RotatingFileStream } from 'rotating-file-stream';

const SIZE = '10M';
const KEPT = 5;

/** Every line of every service, in `<folder>/<service>.log`; at 10 MB it becomes `.1`, and so on to `.5`. */
export class LogFiles {
  readonly #streams = new Map<string, RotatingFileStream>();
  readonly #folder: string;
  readonly #onFailure: (reason: string) => void;

  /** `onFailure` hears of the first failure of each file (a full disk); the services go on without their log. */
  constructor(folder: string, onFailure: (reason: string) => void) {
    this.#folder = folder;
    this.#onFailure = onFailure;
  }

  write(service: string, line: string): void {
    const stream = this.#streams.get(service) ?? this.#open(service);
    if (!stream.destroyed) stream.write(`${line}\n`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#streams.values()].map((stream) => new Promise<void>((resolve) => {
      if (stream.destroyed) resolve();
      else stream.once('close', resolve).end();
    })));
  }

  #open(service: string): RotatingFileStream {
    const stream = createStream(`${service}.log`, { path: this.#folder, size: SIZE, rotate: KEPT, mode: 0o600 });
    stream.once('error', (error) => this.#onFailure(`${service}.log: ${error.message}`));
    stream.on('error', () => undefined);
    this.#streams.set(service, stream);
    return stream;
  }
}
