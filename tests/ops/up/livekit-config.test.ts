import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../core/config.ts';
import { livekitKeys, mediaReach, renderLiveKitConfig, type MediaReach } from '../../../ops/up/livekit-config.ts';

const secrets = { livekitApiKey: 'thekey', livekitApiSecret: 'thesecret', serviceToken: 'thetoken' };
const config = loadConfig({});
const withLiveKit = (over: Partial<typeof config.livekit>): typeof config => ({ ...config, livekit: { ...config.livekit, ...over } });
const render = (over: Partial<typeof config.livekit> = {}, reach: MediaReach = 'machine'): Record<string, Record<string, unknown>> =>
  parse(renderLiveKitConfig(withLiveKit(over), secrets, reach)) as Record<string, Record<string, unknown>>;

describe('renderLiveKitConfig', () => {
  it('keeps the rooms of livekit.yaml and lays the ports over', () => {
    expect(render({ port: 1, rtcUdpPort: 2 })).toMatchObject({ port: 1, bind_addresses: ['127.0.0.1'], rtc: { udp_port: 2 }, agents: { target_load: 1 }, room: { max_participants: 10, empty_timeout: 300, departure_timeout: 120 } });
  });

  it('sends webhooks, signed, to the token service', () => {
    expect(render()['webhook']).toEqual({ api_key: 'thekey', urls: ['http://127.0.0.1:7881/webhooks/livekit'] });
  });

  it('keeps signalling on loopback, and media where it was asked to be', () => {
    for (const reach of ['loopback', 'machine', 'network'] as const) expect(render({}, reach)['bind_addresses']).toEqual(['127.0.0.1']);
    expect(render({}, 'loopback')['rtc']).toMatchObject({ tcp_port: 0, node_ip: '127.0.0.1', ips: { includes: ['127.0.0.0/8'] }, enable_loopback_candidate: true });
    expect(render({}, 'machine')['rtc']).toMatchObject({ tcp_port: 0, enable_loopback_candidate: true });
    expect(render({}, 'machine')['rtc']).not.toHaveProperty('ips');
    expect(render({}, 'network')['rtc']).toMatchObject({ tcp_port: 7882, enable_loopback_candidate: false });
    expect(render({ nodeIp: '203.0.113.7' }, 'network')['rtc']).toMatchObject({ node_ip: '203.0.113.7' });
  });

  it('holds no secret: those go by the environment', () => {
    expect(renderLiveKitConfig(config, secrets, 'network')).not.toContain('thesecret');
    expect(parse(livekitKeys(secrets))).toEqual({ thekey: 'thesecret' });
  });
});

describe('livekitKeys', () => {
  it.each([['digits alone', '1234567890'], ['marks of YAML', 'a: "b" #c']])('stay texts for livekit-server: %s', (_what, value) => {
    expect(parse(livekitKeys({ ...secrets, livekitApiKey: value, livekitApiSecret: value }))).toEqual({ [value]: value });
  });
});

describe('mediaReach', () => {
  const dev = { livekitApiKey: 'devkey', livekitApiSecret: 'secret', serviceToken: 't' };
  const offline = Object.values(networkInterfaces()).flat().every((address) => address?.internal !== false);

  it('is the machine’s own addresses, where it has any, for Firefox', () => {
    expect(mediaReach(config, secrets, false)).toBe(offline ? 'loopback' : 'machine');
    expect(mediaReach(config, secrets, true)).toBe('network');
  });

  it('is loopback alone with everybody’s keys, and where that is configured', () => {
    expect(mediaReach(config, dev, false)).toBe('loopback');
    expect(mediaReach(withLiveKit({ nodeIp: '127.0.0.1' }), secrets, false)).toBe('loopback');
  });
});
