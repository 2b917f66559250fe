import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { createSecureContext } from 'node:tls';
import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import { isLoopback } from '../../core/loopback.ts';
import { refuseDevKeys, type Secrets } from '../../core/secrets.ts';

/**
 * Whether this configuration may serve what its host names. A network needs TLS (browsers give a page without it no
 * microphone) and keys that are not public knowledge.
 * @throws CodedError TLS_REQUIRED, CERTIFICATE_INVALID or DEV_KEYS_EXPOSED
 */
export function assertExposable({ host, tls }: Config, secrets: Secrets): void {
  if (isLoopback(host)) return;
  refuseDevKeys(host, secrets);
  if (tls.cert === '' || tls.key === '') throw new CodedError('TLS_REQUIRED', { host });
  try {
    createSecureContext({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) });
  } catch (cause) {
    throw new CodedError('CERTIFICATE_INVALID', { cert: tls.cert, key: tls.key, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

/** The address to hand to people: the first name of the certificate, else the address that was asked for. */
export function pageAddress({ tls }: Config, host: string): string {
  const names = new X509Certificate(readFileSync(tls.cert)).subjectAltName ?? '';
  const [, name] = /(?:DNS|IP Address):([^,*]+)/.exec(names) ?? [];
  const wildcard = host === '0.0.0.0' || host === '::';
  const authority = name ?? (wildcard ? firstNetworkAddress() : host);
  return `https://${authority.includes(':') ? `[${authority}]` : authority}:${String(tls.port)}`;
}

function firstNetworkAddress(): string {
  const external = Object.values(networkInterfaces()).flat().find((address) => address?.internal === false && address.family === 'IPv4');
  return external?.address ?? '127.0.0.1';
}
