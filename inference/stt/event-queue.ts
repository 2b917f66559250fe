/** What one side tells and the other reads in its own time. All that was told is read before the end or the failure. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  readonly #events: Event[] = [];
  readonly #onLeave: () => void;
  #end: { readonly failure?: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** @param onLeave called when the reader leaves its loop */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  tell(event: Event): void {
    if (this.#end) return;
    this.#events.push(event);
    this.#wake();
  }

  /** Nothing more is told. @param failure what the reader's loop then throws */
  end(failure?: unknown): void {
    this.#end ??= failure === undefined ? {} : { failure };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void> {
    try {
      for (;;) {
        const event = this.#events.shift();
        if (event !== undefined) yield event;
        else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else if ('failure' in this.#end) throw this.#end.failure;
        else return;
      }
    } finally {
      this.#onLeave();
    }
  }
}
