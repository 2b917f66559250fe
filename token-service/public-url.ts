import type { Config } from '../core/config.ts';
import { isLoopback } from '../core/loopback.ts';

/** By which address a request asked. */
interface Asked {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
}

/**
 * The LiveKit address for whoever asked: the configured one; else, over TLS, the address that was asked (page and
 * signalling share one port there); else LiveKit's port on the host that was asked.
 */
export function livekitUrlFor({ protocol, host, hostname }: Asked, { livekit }: Pick<Config, 'livekit'>): string {
  if (livekit.publicUrl !== '') return livekit.publicUrl;
  return protocol === 'https' ? `wss://${host}` : `ws://${hostname}:${livekit.port}`;
}

/** The address of the page for others than who asked: the one that was asked, or `host`, by TLS unless it is this machine. */
export function pageUrlFor(asked: Pick<Asked, 'protocol' | 'host'>, host?: string): string {
  if (host === undefined) return `${asked.protocol}://${asked.host}`;
  return `${isLoopback(host.replace(/:\d+$/, '')) ? 'http' : 'https'}://${host}`;
}
