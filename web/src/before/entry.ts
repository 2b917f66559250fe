/** With what a learner enters a session. */
export interface Entry {
  readonly participant: string | undefined;
  /** `undefined`: types. */
  readonly microphone: MediaStream | undefined;
  /** Agreed, this time, that both sides are recorded. */
  readonly record: boolean;
  /** A session that goes on. */
  readonly room: string | undefined;
  readonly invitation: string | undefined;
}
