import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { sha256, signatureFault, type S3Credentials, type SignedRequest } from './s3-signature.ts';

export const S3_CREDENTIALS: S3Credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret-that-nobody-may-see', region: 'eu-test-1' };
export const S3_BUCKET = 'talks';

/** `error`: 500; `silent`: no answer; `cut`: half of a body, then nothing; `full`: 507; `moved`: a redirection. */
export type S3Trouble = 'error' | 'silent' | 'cut' | 'full' | 'moved';

interface Stored {
  readonly body: Buffer;
  readonly type: string;
}

/** As much of S3 as keeps objects: path-style PUT, GET with a range, DELETE; refuses what is not rightly signed. */
export class S3Server {
  /** By key. */
  readonly objects = new Map<string, Stored>();
  readonly #server: Server;
  #trouble: S3Trouble | undefined;
  #heard: (() => void) | undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Closed with the test that asked for it. */
  static async start(): Promise<S3Server> {
    const server = new S3Server();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    onTestFinished(() => {
      server.#server.closeAllConnections();
      server.#server.close();
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** From now on every request goes like this; undefined: as it should. */
  goWrong(trouble: S3Trouble | undefined): void {
    this.#trouble = trouble;
  }

  /** Resolves when the next request has come in. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    this.#heard?.();
    if (this.#trouble === 'silent') return;
    if (this.#trouble === 'cut' && method === 'PUT') {
      request.socket.destroy();
      return;
    }
    const body = await buffer(request);
    const [, bucket, ...parts] = url.split('/');
    const fault = this.#fault({ method, url, headers }, body, bucket);
    if (fault !== undefined) refuse(response, ...fault);
    else this.#serve(response, { method, key: parts.join('/'), body, headers });
  }

  /** Why a request is refused: status and code. */
  #fault(request: SignedRequest, body: Buffer, bucket: string | undefined): [number, string] | undefined {
    const hash = request.headers['x-amz-content-sha256'];
    const fault = signatureFault(request, S3_CREDENTIALS);
    if (fault !== undefined) return [403, fault];
    if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) return [400, 'XAmzContentSHA256Mismatch'];
    if (this.#trouble === 'error') return [500, 'InternalError'];
    if (this.#trouble === 'full') return [507, 'InsufficientStorage'];
    if (this.#trouble === 'moved') return [301, 'PermanentRedirect'];
    return bucket === S3_BUCKET ? undefined : [404, 'NoSuchBucket'];
  }

  #serve(response: ServerResponse, { method, key, body, headers }: { method: string; key: string; body: Buffer; headers: Record<string, string> }): void {
    if (method === 'PUT') {
      if (headers['content-length'] === undefined) {
        refuse(response, 411, 'MissingContentLength');
        return;
      }
      this.objects.set(key, { body, type: headers['content-type'] ?? '' });
      response.writeHead(200).end();
    } else if (method === 'DELETE') {
      this.objects.delete(key);
      response.writeHead(204).end();
    } else {
      const object = this.objects.get(key);
      if (object === undefined) {
        refuse(response, 404, 'NoSuchKey');
        return;
      }
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '') ?? [];
      const part = first === undefined ? object.body : object.body.subarray(Number(first), last === '' ? undefined : Number(last) + 1);
      response.writeHead(first === undefined ? 200 : 206, { 'content-type': object.type, 'content-length': part.length });
      if (this.#trouble === 'cut') response.write(part.subarray(0, part.length / 2), () => response.destroy());
      else response.end(part);
    }
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...(status === 301 ? { location: 'http://127.0.0.1:1/' } : {}) }).end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}
