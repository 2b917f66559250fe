import { expect, it } from 'vitest';
import { loadConfig } from '../../core/config.ts';
import { livekitUrlFor } from '../../token-service/public-url.ts';

const config = loadConfig({});

it('names LiveKit on the host that was asked', () => {
  expect(livekitUrlFor({ protocol: 'http', host: 'localhost:7881', hostname: 'localhost' }, config)).toBe('ws://localhost:7880');
});

it('names the address that was asked where it is asked over TLS', () => {
  expect(livekitUrlFor({ protocol: 'https', host: 'coach.example:7443', hostname: 'coach.example' }, config)).toBe('wss://coach.example:7443');
});

it('names the configured address to everybody', () => {
  const configured = loadConfig({ LIVEKIT_PUBLIC_URL: 'wss://media.example' });
  expect(livekitUrlFor({ protocol: 'https', host: 'coach.example', hostname: 'coach.example' }, configured)).toBe('wss://media.example');
});
