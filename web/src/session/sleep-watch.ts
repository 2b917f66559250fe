/** A connection that broke in a page's sleep is noticed up to so long after it woke, ms. */
const NOTICED_MS = 15_000;

/** A glance at another page is no sleep, ms. */
const ASLEEP_MS = 5_000;

/** Browsers let pages sleep that nobody looks at; their connections do not survive that for long. */
export class SleepWatch {
  readonly #onWake: () => void;
  #hiddenAt = -Infinity;
  #wokeAt = -Infinity;

  constructor(onWake: () => void) {
    this.#onWake = onWake;
    document.addEventListener('visibilitychange', this.#handleVisibility);
  }

  /** Whether the page sleeps, or woke a moment ago. */
  justNow(): boolean {
    return document.visibilityState === 'hidden' || Date.now() - this.#wokeAt < NOTICED_MS;
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#handleVisibility);
  }

  readonly #handleVisibility = (): void => {
    const now = Date.now();
    if (document.visibilityState === 'hidden') {
      this.#hiddenAt = now;
      return;
    }
    if (now - this.#hiddenAt >= ASLEEP_MS) this.#wokeAt = now;
    this.#onWake();
  };
}
