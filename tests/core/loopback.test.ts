import { expect, it } from 'vitest';
import { isLoopback } from '../../core/loopback.ts';
import { refuseDevKeys } from '../../core/secrets.ts';

it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('%s is this machine alone', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '192.168.1.4', '127.0.0.1.example.org', 'example.org', ''])('%s may be reached from others', (host) => {
  expect(isLoopback(host)).toBe(false);
});

it('lets the well-known pair serve this machine alone', () => {
  const dev = { livekitApiKey: 'devkey', livekitApiSecret: 'secret', serviceToken: 't' };
  expect(() => refuseDevKeys('127.0.0.1', dev)).not.toThrow();
  expect(() => refuseDevKeys('0.0.0.0', dev)).toThrow(expect.objectContaining({ code: 'DEV_KEYS_EXPOSED' }));
  expect(() => refuseDevKeys('0.0.0.0', { ...dev, livekitApiKey: 'EL1', livekitApiSecret: 'x'.repeat(43) })).not.toThrow();
});
