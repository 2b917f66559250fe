import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry for one process, with Node's own metrics (event-loop lag, memory, GC) and a `service` label on everything. */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
