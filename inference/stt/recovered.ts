import type { EngineProcess } from '../process/engine-process.ts';

/** The process ready again, after however many restarts. @throws CodedError ENGINE_UNAVAILABLE when it was closed */
export async function recovered(process: EngineProcess, signal: AbortSignal): Promise<void> {
  while (process.state.kind !== 'ready') {
    signal.throwIfAborted();
    if (process.state.kind === 'closed') await process.ready();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const changed = (): void => resolve(undefined);
    const stopListening = process.onState(changed);
    signal.addEventListener('abort', changed, { once: true });
    await promise;
    stopListening();
    signal.removeEventListener('abort', changed);
  }
}
