import type { Config } from '../core/config.ts';

/**
 * The LiveKit address for whoever asked: the configured one; else, over TLS, the address that was asked (page and
 * signalling share one port there); else LiveKit's port on the host that was asked.
 */
export function livekitUrlFor({ protocol, host, hostname }: { protocol: string; host: string; hostname: string }, { livekit }: Pick<Config, 'livekit'>): string {
  if (livekit.publicUrl !== '') return livekit.publicUrl;
  return protocol === 'https' ? `wss://${host}` : `ws://${hostname}:${livekit.port}`;
}
