import type { Room } from '@livekit/rtc-node';
import type { Logger } from '../core/log.ts';
import { COACH_ATTRIBUTES } from '../protocol/room.ts';

type Field = keyof typeof COACH_ATTRIBUTES;

/** What the coach shows the page of itself: attributes of its participant. Changes of one turn of the event loop go out together. */
export class CoachBoard {
  readonly #room: Room;
  readonly #log: Logger;
  readonly #shown = new Map<Field, string>();
  #changed: Record<string, string> = {};
  #flushing = false;

  constructor(room: Room, log: Logger) {
    this.#room = room;
    this.#log = log;
  }

  show(fields: Partial<Record<Field, string>>): void {
    for (const [field, value] of Object.entries(fields) as [Field, string][]) {
      if (this.#shown.get(field) === value) continue;
      this.#shown.set(field, value);
      this.#changed[COACH_ATTRIBUTES[field]] = value;
    }
    if (this.#flushing || Object.keys(this.#changed).length === 0) return;
    this.#flushing = true;
    queueMicrotask(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const changed = this.#changed;
    this.#changed = {};
    this.#flushing = false;
    try {
      await this.#room.localParticipant?.setAttributes(changed);
    } catch (error) {
      this.#log.warn({ err: error }, 'the page could not be told of the coach’s state');
    }
  }
}
