import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock } from '../../../../core/clock.ts';
import { Vendors } from '../../../../ops/setup/sources/vendors.ts';
import { serveFiles, type FileServerOptions } from '../../../support/file-server.ts';
import { freePort } from '../../../support/free-port.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));

async function vendor(options?: FileServerOptions): ReturnType<typeof serveFiles> {
  const server = await serveFiles({ '/model.bin': CONTENT }, options);
  onTestFinished(() => server.close());
  return server;
}

/** A host that takes connections and never answers. */
async function silentHost(): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    onTestFinished(() => { socket.destroy(); });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => { server.close(); });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, connections: () => connections };
}

describe('Vendors.download', () => {
  it('brings a file and tells of its bytes', async () => {
    const { url } = await vendor();
    const file = join(temporaryFolder(), 'new/folder/model.bin');
    let bytes = 0;
    await new Vendors().download(`${url}/model.bin`, file, (more) => (bytes += more));
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
    expect(bytes).toBe(CONTENT.length);
  });

  it('goes on where an earlier attempt stopped', async () => {
    const { url, requests } = await vendor();
    const file = join(temporaryFolder(), 'model.bin');
    writeFileSync(file, CONTENT.subarray(0, 40_000));
    let bytes = 0;
    await new Vendors().download(`${url}/model.bin`, file, (more) => (bytes += more));
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
    expect(requests).toEqual([{ path: '/model.bin', range: 'bytes=40000-' }]);
    expect(bytes).toBe(CONTENT.length);
  });

  it('gives up on a download that stands still, and keeps what came', async () => {
    const { url } = await vendor({ stallAfter: 30_000 });
    const file = join(temporaryFolder(), 'model.bin');
    const clock = new ManualClock();
    const vendors = new Vendors({}, clock);
    const refused = expect(vendors.download(`${url}/model.bin`, file)).rejects.toThrow('stands still');
    await vi.waitFor(() => expect(readFileSync(file)).toHaveLength(30_000));
    clock.advance(15_000);
    await refused;
    expect(readFileSync(file).equals(CONTENT.subarray(0, 30_000))).toBe(true);
    await vendors.download(`${url}/model.bin`, file);
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });

  it('removes a part that is longer than the file', async () => {
    const { url } = await vendor();
    const file = join(temporaryFolder(), 'model.bin');
    writeFileSync(file, Buffer.alloc(200_000));
    const vendors = new Vendors();
    await expect(vendors.download(`${url}/model.bin`, file)).rejects.toThrow('does not fit');
    await vendors.download(`${url}/model.bin`, file);
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });

  it('does not take a host for unreachable because it lacks one file', async () => {
    const { url } = await vendor();
    const vendors = new Vendors();
    await expect(vendors.download(`${url}/other.bin`, join(temporaryFolder(), 'other.bin'))).rejects.toThrow('HTTP 404');
    await expect(vendors.text(`${url}/model.bin`)).resolves.toHaveLength(CONTENT.toString('utf8').length);
  });
});

describe('a vendor out of reach', () => {
  it('is named with the reason', async () => {
    const port = await freePort();
    await expect(new Vendors().text(`http://127.0.0.1:${String(port)}/x`)).rejects.toThrow(`127.0.0.1:${String(port)} cannot be reached (ECONNREFUSED)`);
  });

  it('is asked once in a run', async () => {
    const { url, connections } = await silentHost();
    const clock = new ManualClock();
    const vendors = new Vendors({}, clock);
    const refused = expect(vendors.text(url)).rejects.toThrow('no answer');
    await vi.waitFor(() => expect(connections()).toBe(1));
    clock.advance(2_500);
    await refused;
    await expect(vendors.text(url)).rejects.toThrow('no answer');
    expect(connections()).toBe(1);
  });

  it('uses up the patience that all of them share', async () => {
    const hosts = await Promise.all([silentHost(), silentHost(), silentHost()]);
    const clock = new ManualClock();
    const vendors = new Vendors({ answer: 2_500, patience: 5_000 }, clock);
    for (const { url, connections } of hosts) {
      const refused = expect(vendors.text(url)).rejects.toThrow('cannot be reached');
      await vi.waitFor(() => expect(connections()).toBe(1));
      clock.advance(Math.min(2_500, 5_000 - clock.now()));
      await refused;
    }
    expect(clock.now()).toBe(5_000);
  });
});
