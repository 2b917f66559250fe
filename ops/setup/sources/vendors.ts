import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock, type Clock } from '../../../core/clock.ts';

export interface VendorLimits {
  /** How long all vendors together may take to say that they cannot be reached, ms. */
  readonly patience: number;
  /** How long one of them may take to begin its answer, ms. */
  readonly answer: number;
  /** How long a download may stand still, ms. */
  readonly stall: number;
}

const LIMITS: VendorLimits = { patience: 5_000, answer: 2_500, stall: 15_000 };

/**
 * Downloads from the makers' own sites. They may be out of reach (behind a firewall, offline): a host that did not
 * answer is not asked again in this run, and all failing hosts together cost at most `patience`.
 */
export class Vendors {
  readonly #limits: VendorLimits;
  readonly #clock: Clock;
  readonly #unreachable = new Map<string, string>();
  #patience: number;

  constructor(limits: Partial<VendorLimits> = {}, clock = systemClock) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
    this.#patience = this.#limits.patience;
  }

  /**
   * Brings `url` to `file`, going on where an earlier attempt stopped. The part that came stays when it fails.
   * @param onBytes told how many more bytes have come, those of the earlier attempt first.
   */
  async download(url: string, file: string, onBytes: (bytes: number) => void = () => undefined): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const begun = await stat(file).then(({ size }) => size, () => 0);
    using answer = await this.#ask(url, begun > 0 ? { range: `bytes=${begun}-` } : {});
    const { response, keepAlive } = answer;
    if (response.status === 416) {
      await rm(file, { force: true });
      throw new Error('what came earlier does not fit; removed it');
    }
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const resumed = response.status === 206;
    if (resumed) onBytes(begun);
    const body = Readable.fromWeb(response.body).on('data', (chunk: Uint8Array) => {
      keepAlive();
      onBytes(chunk.length);
    });
    await pipeline(body, createWriteStream(file, { flags: resumed ? 'a' : 'w' }));
  }

  /** The text at `url`, for a list of checksums. */
  async text(url: string): Promise<string> {
    using answer = await this.#ask(url, {});
    if (!answer.response.ok) throw new Error(`HTTP ${answer.response.status}`);
    return await answer.response.text();
  }

  async #ask(url: string, headers: Record<string, string>): Promise<Answer> {
    const { host } = new URL(url);
    const known = this.#unreachable.get(host);
    if (known !== undefined) throw new Error(known);
    const abort = new AbortController();
    const asked = this.#clock.now();
    const cancel = this.#clock.after(Math.min(this.#limits.answer, this.#patience), () => abort.abort());
    try {
      const response = await fetch(url, { headers, signal: abort.signal });
      const standsStill = (): void => abort.abort(new Error('the download stands still'));
      let cancelStall = this.#clock.after(this.#limits.stall, standsStill);
      return {
        response,
        keepAlive: () => {
          cancelStall();
          cancelStall = this.#clock.after(this.#limits.stall, standsStill);
        },
        [Symbol.dispose]: () => {
          cancelStall();
          abort.abort();
        },
      };
    } catch (error) {
      this.#patience = Math.max(0, this.#patience - (this.#clock.now() - asked));
      const reason = `${host} cannot be reached (${abort.signal.aborted ? 'no answer' : causeOf(error)})`;
      this.#unreachable.set(host, reason);
      throw new Error(reason, { cause: error });
    } finally {
      cancel();
    }
  }
}

interface Answer extends Disposable {
  readonly response: Response;
  /** To be called when bytes came. */
  readonly keepAlive: () => void;
}

/** fetch() says "fetch failed"; why, its cause says. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return String(cause);
}
