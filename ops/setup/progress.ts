import { systemClock, type Clock } from '../../core/clock.ts';

/** What a step says while it runs. */
export interface Progress {
  /** What is being done now, and how many bytes that will bring when it is known. */
  say(what: string, expectedBytes?: number): void;
  /** So many more bytes have come. */
  received(bytes: number): void;
  /** A line that stays on the screen, for what a person should know although the step goes on. */
  note(line: string): void;
}

/** The part of a terminal (or of a log file) that progress needs. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;

/**
 * Shows one step on `screen`: a line that is drawn over and over on a terminal, a line at its beginning and its end
 * elsewhere.
 */
export class StepProgress implements Progress {
  readonly #screen: Screen;
  readonly #step: string;
  readonly #clock: Clock;
  readonly #begun: number;
  #what = '';
  #whatBegan = 0;
  #expected: number | undefined;
  #bytes = 0;
  #drawn = -Infinity;

  constructor(screen: Screen, step: string, clock = systemClock) {
    this.#screen = screen;
    this.#step = step;
    this.#clock = clock;
    this.#begun = clock.now();
    if (!screen.isTTY) screen.write(`▸ ${step}\n`);
  }

  say(what: string, expectedBytes?: number): void {
    this.#what = what;
    this.#whatBegan = this.#bytes;
    this.#expected = expectedBytes;
    this.#draw();
  }

  received(bytes: number): void {
    this.#bytes += bytes;
    if (this.#clock.now() - this.#drawn >= REDRAW_MS) this.#draw();
  }

  note(line: string): void {
    this.#clear();
    this.#screen.write(`  ${line}\n`);
    this.#draw();
  }

  done(): void {
    this.#clear();
    this.#screen.write(`✓ ${this.#step}: ${[...(this.#bytes > 0 ? [megabytes(this.#bytes)] : []), this.#seconds()].join(', ')}\n`);
  }

  failed(): void {
    this.#clear();
    this.#screen.write(`✗ ${this.#step}: ${this.#what} (${this.#seconds()})\n`);
  }

  #draw(): void {
    if (!this.#screen.isTTY) return;
    this.#drawn = this.#clock.now();
    const bytes = this.#bytes - this.#whatBegan;
    const size = this.#expected === undefined ? (bytes > 0 ? ` ${megabytes(bytes)}` : '') : ` ${megabytes(bytes)} of ${megabytes(this.#expected)}`;
    const line = `▸ ${this.#step}: ${this.#what}${size} · ${this.#seconds()}`;
    this.#clear();
    this.#screen.write(line.slice(0, (this.#screen.columns ?? 80) - 1));
  }

  #clear(): void {
    if (this.#screen.isTTY) this.#screen.write('\r\u001b[K');
  }

  #seconds(): string {
    return `${Math.round((this.#clock.now() - this.#begun) / 1000)} s`;
  }
}

/** 0.4 MB, 12 MB: one decimal below ten. */
export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} MB`;
}
