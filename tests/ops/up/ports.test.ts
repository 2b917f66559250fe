import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../core/config.ts';
import { isCodedError } from '../../../core/errors.ts';
import { assertFree, chooseFreePorts, type PortUse } from '../../../ops/up/ports.ts';

const use = (port: number, protocol: PortUse['protocol'] = 'tcp', host = '127.0.0.1'): PortUse => ({ setting: 'inference.port', port, host, protocol });

async function failure(uses: PortUse[]): Promise<unknown> {
  return assertFree(uses).then(() => undefined, (error: unknown) => error);
}

describe('assertFree', () => {
  it('names the port in use and its setting', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await failure([use(port)]);
    server.close();
    if (!isCodedError(error, 'PORT_IN_USE')) throw new Error('not the error meant', { cause: error });
    expect(error.message).toContain(String(port));
    expect(error.message).toContain('inference.port');
    expect(error.fix).toContain('inference.port');
  });

  it('sees a program on all addresses, and UDP', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    expect(isCodedError(await failure([use((server.address() as AddressInfo).port)]), 'PORT_IN_USE')).toBe(true);
    server.close();

    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const error = await failure([use(socket.address().port, 'udp')]);
    socket.close();
    expect(isCodedError(error, 'PORT_IN_USE') && error.message).toContain('/udp');
  });

  it('names both settings that mean one port', async () => {
    const other = { ...use(20_002, 'tcp', '0.0.0.0'), setting: 'tls.port' };
    const error = await failure([use(20_002), use(20_003), use(20_002, 'udp'), other]);
    if (!isCodedError(error, 'PORT_TWICE')) throw new Error('not the error meant', { cause: error });
    expect(error.message).toBe('Port 20002 is set twice: as inference.port and as tls.port.');
    expect(error.fix).toBe('Set inference.port or tls.port to another port.');
    expect(await failure([use(0), use(0)])).toBeUndefined();
  });

  it('leaves the ports free again', async () => {
    const { livekit } = await chooseFreePorts({ ...loadConfig({}), livekit: { ...loadConfig({}).livekit, port: 0 } });
    await assertFree([use(livekit.port), use(livekit.port, 'udp')]);
    await assertFree([use(livekit.port), use(livekit.port, 'udp')]);
  });

  it('tells an address that the machine does not have', async () => {
    expect(isCodedError(await failure([use(20_001, 'tcp', '203.0.113.7')]), 'HOST_UNAVAILABLE')).toBe(true);
  });
});

describe('chooseFreePorts', () => {
  it('replaces each 0 by a port of its own and moves the addresses along', async () => {
    const base = loadConfig({});
    const config = await chooseFreePorts({
      ...base,
      livekit: { ...base.livekit, port: 0, rtcUdpPort: 0, url: 'ws://127.0.0.1:0' },
      inference: { ...base.inference, port: 0, url: 'http://127.0.0.1:0' },
    });
    const ports = [config.livekit.port, config.livekit.rtcUdpPort, config.inference.port];
    expect(new Set(ports).size).toBe(3);
    expect(ports).not.toContain(0);
    expect(config.livekit.url).toBe(`ws://127.0.0.1:${String(config.livekit.port)}`);
    expect(config.inference.url).toBe(`http://127.0.0.1:${String(config.inference.port)}`);
  });

  it('leaves chosen ports and foreign addresses alone', async () => {
    const base = loadConfig({ LIVEKIT_URL: 'wss://media.example' });
    expect(await chooseFreePorts(base)).toEqual(base);
  });
});
