import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';

const given = new Set<number>();

/**
 * A port on loopback that is free for TCP and UDP alike, for programs that cannot be told port 0. Never the same one
 * twice in a process; that another process takes it first is unlikely, and the caller tries again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const udpFree = await bindsUdp(port);
    await new Promise((resolve) => server.close(resolve));
    if (!udpFree || given.has(port)) continue;
    given.add(port);
    return port;
  }
}

function bindsUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
