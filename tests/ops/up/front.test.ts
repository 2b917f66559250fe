import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { loadConfig } from '../../../core/config.ts';
import { isCodedError } from '../../../core/errors.ts';
import { ROOT } from '../../../core/paths.ts';
import { assertExposable, pageAddress } from '../../../ops/up/exposure.ts';
import { ProcessGroup } from '../../../ops/up/process-group.ts';
import { freePort } from '../../support/free-port.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';

const OPENSSL = spawnSync('openssl', ['version']).status === 0;
if (!OPENSSL) process.stderr.write('SKIPPED: there is no openssl to make a certificate with, so the TLS front is not tested.\n');

describe.skipIf(!OPENSSL)('serving a network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eloquence-front-'));
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  let livekit: LiveKitServer;
  let tokenService: Server;
  let front: ProcessGroup;
  let port: number;
  const asked: IncomingMessage[] = [];

  beforeAll(async () => {
    // As TLS_REQUIRED advises.
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
    livekit = await startLiveKit();
    tokenService = createServer((asking, answer) => {
      asked.push(asking);
      answer.end('the page');
    }).listen(0, '127.0.0.1');
    port = await freePort();
    const config = join(folder, 'config.yaml');
    writeFileSync(config, stringify({ livekit: { url: livekit.url }, tokenService: { url: `http://127.0.0.1:${String((tokenService.address() as AddressInfo).port)}` }, tls: { port, cert, key } }));
    front = new ProcessGroup({ command: process.execPath, args: [join(ROOT, 'ops/up/front.ts'), '127.0.0.1'], cwd: ROOT, env: { ...process.env, ELOQUENCE_CONFIG: config }, onLine: () => undefined });
    await vi.waitFor(() => get('/'), { timeout: 30_000, interval: 50 });
  });
  afterAll(async () => {
    front.kill();
    await front.ended;
    await livekit.stop();
    tokenService.close();
    rmSync(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> => new Promise((resolve, reject) => {
    request({ hostname: 'localhost', port, path, headers, ca: readFileSync(cert) }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).once('error', reject).end();
  });

  async function token(): Promise<string> {
    const grant = new AccessToken(livekit.apiKey, livekit.apiSecret, { identity: 'learner' });
    grant.addGrant({ roomJoin: true, room: 'front' });
    return grant.toJwt();
  }

  it('hands page and API to the token service, telling by whom and how it was asked', async () => {
    const { body } = await get('/anything', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'elsewhere.test' });
    expect(body).toBe('the page');
    expect(asked.at(-1)?.url).toBe('/anything');
    expect(asked.at(-1)?.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-host': `localhost:${String(port)}`, 'x-forwarded-for': '127.0.0.1' });
  });

  it('tells it also where the client wants it hidden', async () => {
    await get('/metrics', { connection: 'x-forwarded-for, x-forwarded-host, x-forwarded-proto' });
    expect(asked.at(-1)?.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' });
  });

  it('carries LiveKit’s signalling, as WebSocket and as HTTP', async () => {
    const jwt = await token();
    expect(await get(`/rtc/validate?access_token=${jwt}`)).toMatchObject({ status: 200, body: 'success' });
    const socket = new WebSocket(`wss://localhost:${String(port)}/rtc?access_token=${jwt}&protocol=15&auto_subscribe=1`, { ca: readFileSync(cert) });
    const join = await new Promise<Buffer>((resolve, reject) => socket.once('message', resolve).once('error', reject));
    socket.close();
    expect(join.toString('latin1')).toContain('front'); // the room in LiveKit's JoinResponse
  });

  it('refuses as LiveKit refuses, and keeps its administration to itself', async () => {
    expect((await get('/rtc/validate?access_token=wrong')).status).toBe(401);
    await get('/twirp/livekit.RoomService/ListRooms');
    expect(asked.at(-1)?.url).toBe('/twirp/livekit.RoomService/ListRooms'); // which the token service does not know
  });

  describe('is allowed', () => {
    const secrets = { livekitApiKey: 'key', livekitApiSecret: 'a secret of our own', serviceToken: 't' };
    const config = (tls: { cert: string; key: string }, host = '0.0.0.0') => ({ ...loadConfig({}), host, tls: { port: 7443, ...tls } });
    const refusal = (tls: { cert: string; key: string }): unknown => {
      try {
        assertExposable(config(tls), secrets);
      } catch (error) {
        return isCodedError(error) ? error.code : error;
      }
      return 'none';
    };

    it('with a certificate and its key, by the name in the certificate', () => {
      expect(refusal({ cert, key })).toBe('none');
      expect(pageAddress(config({ cert, key }), '0.0.0.0')).toBe('https://localhost:7443');
    });

    it('not without, and not with files that are none or do not belong together', () => {
      const other = join(folder, 'other.pem');
      execFileSync('openssl', ['genrsa', '-out', other, '2048'], { stdio: 'ignore' });
      expect(refusal({ cert: '', key: '' })).toBe('TLS_REQUIRED');
      expect(refusal({ cert, key: '' })).toBe('TLS_REQUIRED');
      expect(refusal({ cert: join(folder, 'none.pem'), key })).toBe('CERTIFICATE_INVALID');
      expect(refusal({ cert: key, key })).toBe('CERTIFICATE_INVALID');
      expect(refusal({ cert, key: other })).toBe('CERTIFICATE_INVALID');
    });
  });
});
