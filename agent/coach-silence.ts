import { voice as agents } from '@livekit/agents';

/**
 * When the coach does not speak. What can wait, waits for it: on a small machine the work of a second takes the
 * processors from the threads that send the voice, and its words come broken.
 */
export class CoachSilence {
  #speaks = true;
  #silence = Promise.withResolvers();

  /** @param session one that has not begun to speak: until it has, and is done, there is no silence */
  constructor(session: Pick<agents.AgentSession, 'on'>) {
    session.on(agents.AgentSessionEventTypes.AgentStateChanged, ({ oldState, newState }) => {
      if (newState === 'speaking') this.#begin();
      else if (oldState === 'speaking') this.#end();
    });
  }

  /** Resolves once the coach is silent: at once, where it is. */
  async reached(): Promise<void> {
    await this.#silence.promise;
  }

  #begin(): void {
    if (this.#speaks) return;
    this.#speaks = true;
    this.#silence = Promise.withResolvers();
  }

  #end(): void {
    this.#speaks = false;
    this.#silence.resolve(undefined);
  }
}
