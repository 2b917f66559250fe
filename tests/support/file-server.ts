import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A vendor's download site on loopback. */
export interface FileServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request that came, with its range. */
  readonly requests: { path: string; range: string | undefined }[];
  close(): Promise<void>;
}

export interface FileServerOptions {
  /** How many bytes of a whole file are sent before the server falls silent, without closing. Ranges are served whole. */
  readonly stallAfter?: number;
}

/** Serves `files` by path; understands `Range: bytes=N-`. */
export async function serveFiles(files: Readonly<Record<string, Buffer>>, { stallAfter }: FileServerOptions = {}): Promise<FileServer> {
  const requests: FileServer['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const file = files[request.url ?? ''];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from >= file.length) {
      response.writeHead(416).end();
      return;
    }
    const body = file.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length });
    if (from === 0 && stallAfter !== undefined) response.write(body.subarray(0, stallAfter));
    else response.end(body);
  }
}
