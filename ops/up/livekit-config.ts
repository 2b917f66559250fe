import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Config } from '../../core/config.ts';
import { isLoopback } from '../../core/loopback.ts';
import { ROOT } from '../../core/paths.ts';
import { areDevKeys, type Secrets } from '../../core/secrets.ts';

type Section = Readonly<Record<string, unknown>>;
interface LiveKitConfig extends Section {
  readonly rtc?: Section;
  readonly webhook?: Section;
}

/** How far the media port reaches: this machine's loopback, its own addresses, or those plus TCP for networks without UDP. */
export type MediaReach = 'loopback' | 'machine' | 'network';

/**
 * Firefox sends media to no loopback address, even on the same machine, so the UDP port opens on the machine's own
 * addresses too. It answers only those whom signalling (which stays on loopback) has let in. `livekit.nodeIp:
 * 127.0.0.1` closes that, as do development keys and a machine without a network; Chromium goes on working.
 */
export function mediaReach(config: Config, secrets: Secrets, network: boolean): MediaReach {
  if (network) return 'network';
  const offline = Object.values(networkInterfaces()).flat().every((address) => address?.internal !== false);
  return offline || isLoopback(config.livekit.nodeIp) || areDevKeys(secrets) ? 'loopback' : 'machine';
}

/**
 * The configuration that livekit-server is started with: livekit.yaml, laid over with ports, addresses and the token
 * service's webhook. Without the keys' secrets: those go by the environment (`livekitKeys`).
 *
 * Signalling always stays on this machine: livekit-server speaks no TLS there, so a network gets it through the
 * front (front.ts). Media is encrypted by WebRTC itself and needs no proxy.
 */
export function renderLiveKitConfig(config: Config, { livekitApiKey }: Secrets, reach: MediaReach): string {
  const base = parse(readFileSync(join(ROOT, 'livekit.yaml'), 'utf8')) as LiveKitConfig;
  const { port, rtcTcpPort, rtcUdpPort, nodeIp } = config.livekit;
  const media = {
    loopback: { tcp_port: 0, enable_loopback_candidate: true, node_ip: '127.0.0.1', ips: { includes: ['127.0.0.0/8'] } }, // TCP would listen on every address
    machine: { tcp_port: 0, enable_loopback_candidate: true, ...(nodeIp ? { node_ip: nodeIp } : {}) },
    network: { tcp_port: rtcTcpPort, enable_loopback_candidate: false, ...(nodeIp ? { node_ip: nodeIp } : {}) },
  } as const;
  return stringify({
    ...base,
    port,
    bind_addresses: ['127.0.0.1'],
    rtc: { ...base.rtc, udp_port: rtcUdpPort, use_external_ip: false, ...media[reach] },
    webhook: { ...base.webhook, api_key: livekitApiKey, urls: [new URL('/webhooks/livekit', config.tokenService.url).href] },
  });
}

/** For the environment variable LIVEKIT_KEYS, which is YAML: quoted, so that digits alone stay a text. */
export const livekitKeys = ({ livekitApiKey, livekitApiSecret }: Secrets): string => `${JSON.stringify(livekitApiKey)}: ${JSON.stringify(livekitApiSecret)}`;
