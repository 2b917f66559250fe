import Type, { type Static } from 'typebox';

/** `ok`: all there. `degraded`: it serves, something better is missing. `down`: it cannot do its job. */
export const HealthStatus = Type.Union([Type.Literal('ok'), Type.Literal('degraded'), Type.Literal('down')]);
export type HealthStatus = Static<typeof HealthStatus>;

/** What `GET /health` answers in every service: 200 when ok or degraded, 503 when down. */
export const Health = Type.Object({
  service: Type.String(),
  status: HealthStatus,
  version: Type.String(),
  parts: Type.Record(Type.String(), Type.Object({ status: HealthStatus, detail: Type.Optional(Type.String()) })),
});
export type Health = Static<typeof Health>;

/** A service is as well as its worst part that it cannot do without. */
export function worst(statuses: readonly HealthStatus[]): HealthStatus {
  if (statuses.includes('down')) return 'down';
  return statuses.includes('degraded') ? 'degraded' : 'ok';
}
