/** What server and engine process say to each other. A call is pulled item by item, so whoever reads sets the pace. */
export type ToEngine =
  | { readonly op: 'call'; readonly id: number; readonly method: string; readonly args: unknown }
  | { readonly op: 'next'; readonly id: number }
  | { readonly op: 'cancel'; readonly id: number };

export type FromEngine =
  | { readonly op: 'ready'; readonly info: unknown }
  | { readonly op: 'failed'; readonly message: string }
  | { readonly op: 'item'; readonly id: number; readonly value: unknown }
  | { readonly op: 'done'; readonly id: number }
  | { readonly op: 'error'; readonly id: number; readonly message: string };

/** What an engine module exports for its process: `export const load: LoadEngine<Options>`. */
export interface EngineModule<Options> {
  load(options: Options): Promise<LoadedEngine>;
}

export interface LoadedEngine {
  /** Told to the server once, when the engine is ready: model, device, voices, … */
  readonly info: unknown;
  /** Each method yields its results one at a time and stops early when `signal` fires. */
  readonly methods: Readonly<Record<string, (args: never, signal: AbortSignal) => AsyncIterable<unknown>>>;
}
