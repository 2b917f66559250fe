import type { ComputeGate, Priority } from './compute-gate.ts';

/**
 * Pulls `items` one at a time, each through the gate: who streams gives way between two items. The priority is asked
 * for anew each time, because somebody more urgent may have joined in the meantime.
 */
export async function* throughGate<Item>(items: AsyncGenerator<Item, void>, { gate, priority, signal, room }: { gate: ComputeGate; priority: () => Priority; signal?: AbortSignal | undefined; room?: string | undefined }): AsyncGenerator<Item, void> {
  try {
    for (;;) {
      const item = await gate.run(priority(), () => items.next(), signal, room);
      if (item.done === true) return;
      yield item.value;
    }
  } finally {
    await items.return();
  }
}
