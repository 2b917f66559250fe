/** One at a time for each room; different rooms do not wait for each other. */
export class RoomLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` after all that was asked for the same room before, whatever became of that. */
  async run<Result>(room: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#tails.get(room) ?? Promise.resolve()).then(work, work);
    const tail = turn.catch(() => undefined);
    this.#tails.set(room, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(room) === tail) this.#tails.delete(room);
    }
  }
}
