import { Counter, type Registry } from 'prom-client';
import { systemClock, type Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';

/** The same alert is sent once in this time, with how often it happened meanwhile, ms. */
const QUIET = 60_000;
const TIMEOUT = 5_000;

type AlertKind = 'tts_fallback' | 'tts_emergency';

export interface Alert {
  readonly kind: AlertKind;
  /** The engine that it is about. */
  readonly engine: string;
  /** Code of the error; never anything that was said. */
  readonly code: string;
}

export interface AlertOptions {
  /** Where alerts are posted to as JSON; nowhere when undefined. The address may hold a key: it is never logged. */
  readonly webhook: string | undefined;
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock?: Clock;
}

/** Tells the operator, by metric and webhook, that something better than what serves now has failed. */
export class Alerts {
  readonly #options: AlertOptions & { readonly clock: Clock };
  readonly #raised: Counter<'kind' | 'engine'>;
  /** By kind and engine: how often since it was sent. */
  readonly #held = new Map<string, number>();

  constructor(options: AlertOptions) {
    this.#options = { clock: systemClock, ...options };
    this.#raised = new Counter({ name: 'inference_alerts_total', help: 'Alerts, those included that were held back because the same one had just been sent.', labelNames: ['kind', 'engine'], registers: [options.registry] });
  }

  raise(alert: Alert): void {
    const { kind, engine } = alert;
    this.#raised.inc({ kind, engine });
    const key = `${kind} ${engine}`;
    const held = this.#held.get(key);
    if (held !== undefined) {
      this.#held.set(key, held + 1);
      return;
    }
    this.#held.set(key, 0);
    this.#post(alert, 1);
    this.#options.clock.after(QUIET, () => {
      const count = this.#held.get(key) ?? 0;
      this.#held.delete(key);
      if (count > 0) this.#post(alert, count);
    });
  }

  #post(alert: Alert, count: number): void {
    const { webhook, log, clock } = this.#options;
    if (webhook === undefined) return;
    const body = JSON.stringify({ service: 'inference', ...alert, count, at: new Date(clock.wall()).toISOString() });
    fetch(webhook, { method: 'POST', headers: { 'content-type': 'application/json' }, body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) }).then(
      async (reply) => {
        await reply.body?.cancel();
        if (!reply.ok) log.warn({ status: reply.status, kind: alert.kind }, 'the alert webhook refused an alert');
      },
      () => log.warn({ kind: alert.kind }, 'the alert webhook cannot be reached'),
    );
  }
}
