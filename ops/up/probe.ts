import { request } from 'node:https';
import Value from 'typebox/value';
import { Health } from '../../protocol/health.ts';

/** What a look at a service's health page told. */
export interface Probe {
  readonly ready: boolean;
  /** The page's own account, where it gives one. */
  readonly health?: Health;
}

const TIMEOUT = 2_000;

const soon = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);

/** One of ours: ready when `GET /health` answers 200, with its account. */
export const probeHealth = (baseUrl: string) => async (signal: AbortSignal): Promise<Probe> => {
  const response = await fetch(new URL('/health', baseUrl), { signal: soon(signal) });
  const body: unknown = await response.json();
  return Value.Check(Health, body) ? { ready: response.ok, health: body } : { ready: false };
};

/** A program of others: ready when the page answers 200. */
export const probePage = (url: string) => async (signal: AbortSignal): Promise<Probe> => {
  const response = await fetch(url, { signal: soon(signal) });
  await response.body?.cancel();
  return { ready: response.ok };
};

/** The parts of a service that are not well, in words. */
export const illParts = (health: Health | undefined): string[] =>
  Object.entries(health?.parts ?? {}).filter(([, { status }]) => status !== 'ok').map(([part, { status, detail }]) => `${part} is ${status}${detail === undefined ? '' : ` (${detail})`}`);

/** The front: ready when the token service answers through it. Whom the certificate names is not the question here. */
export const probeThroughTls = (host: string, port: number) => (signal: AbortSignal): Promise<Probe> => {
  const hostname = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: '/health', rejectUnauthorized: false, signal: soon(signal) }, (response) => {
      response.resume();
      resolve({ ready: response.statusCode === 200 });
    }).once('error', reject).end();
  });
};
