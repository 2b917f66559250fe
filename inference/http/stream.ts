import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { Gauge } from 'prom-client';
import Value from 'typebox/value';
import type { RawData } from 'ws';
import { CodedError, isCodedError } from '../../core/errors.ts';
import { misfitError, toCodedError } from '../../core/http-errors.ts';
import { SttConfigMessage, SttEofMessage, type SttServerMessage } from '../../protocol/stt-stream.ts';
import type { RecognitionStream } from '../stt/engine.ts';
import type { Admission } from './admission.ts';
import { ReplyPerChunk } from './reply-per-chunk.ts';
import type { App, Services } from './services.ts';

/** Of one message: five seconds of 48 kHz. */
const MAX_MESSAGE = 512 * 1024;
/** A message beyond this is not even read to its end: ws closes with a bare 1009, before anybody can say why. */
const MAX_READ = 4 * MAX_MESSAGE;
/** A client whose machine has vanished says no goodbye: after this silence, in ms, the system asks whether it is there. */
const KEEP_ALIVE = 30_000;
const DONE = 1000;
const REFUSED = 1008;
const TOO_BIG = 1009;
const FAILED = 1011;
const TRY_LATER = 1013;

export async function streamRoute(app: App, services: Services, admission: Admission): Promise<void> {
  const open = new Gauge({ name: 'stt_streams', help: 'WebSocket streams that are open', registers: [services.registry] });
  await app.register(websocket, { options: { maxPayload: MAX_READ, perMessageDeflate: false } });
  await app.register((scope, _options, done) => {
    const handler = (): never => {
      throw new CodedError('REQUEST_INVALID', { reason: 'a WebSocket is opened here' });
    };
    const wsHandler = (socket: WebSocket, { socket: connection }: FastifyRequest): void => {
      connection.setKeepAlive(true, KEEP_ALIVE);
      try {
        socket.on('close', admission.enter('streams'));
      } catch (error) {
        socket.on('error', () => undefined);
        socket.send(JSON.stringify(toCodedError(error).toBody()));
        socket.close(TRY_LATER, 'OVERLOADED');
        return;
      }
      open.inc();
      socket.on('close', () => open.dec());
      serve(socket, services);
    };
    scope.route({ method: 'GET', url: '/stream', schema: { hide: true }, handler, wsHandler });
    done();
  });
}

/** One client: a config, then audio, then an end, in the Vosk server's protocol. */
function serve(socket: WebSocket, { recogniser, config: { stt }, log }: Services): void {
  let config: SttConfigMessage['config'] = {};
  let stream: RecognitionStream | undefined;
  let perChunk: ReplyPerChunk | undefined;

  const send = (message: SttServerMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const fail = (error: unknown, status: typeof REFUSED | typeof TOO_BIG | typeof FAILED): void => {
    const coded = toCodedError(error);
    if (status === FAILED) log.warn({ code: coded.code, err: coded.cause }, 'a recognition stream failed');
    send(coded.toBody());
    socket.close(status, coded.code);
  };

  function begin(): RecognitionStream {
    const { sample_rate: sampleRate = 16_000, language = stt.language, words = true, preflight = false, endpoint_ms: endpointMs, events = false } = config;
    const begun = recogniser.stream({ sampleRate, language, words: Boolean(words), preflight, ...(endpointMs !== undefined && { endpointMs }) });
    perChunk = events ? undefined : new ReplyPerChunk();
    void speak(begun);
    return begun;
  }

  async function speak(heard: RecognitionStream): Promise<void> {
    try {
      for await (const message of heard) {
        if (perChunk === undefined || 'error' in message) send(message);
        else perChunk.take(message);
      }
      if (perChunk !== undefined) send(perChunk.rest());
      socket.close(DONE);
    } catch (error) {
      fail(error, FAILED);
    }
  }

  function hear(data: Buffer): void {
    stream ??= begin();
    // Copied: samples must begin at an even address, and a message may end inside one.
    stream.push(new Int16Array(new Uint8Array(data).buffer, 0, data.length >> 1));
    if (perChunk !== undefined) send(perChunk.next());
  }

  function obey(text: string): void {
    const message = readJson(text);
    if (Value.Check(SttEofMessage, message)) (stream ??= begin()).end();
    else if (!Value.Check(SttConfigMessage, message)) throw misfit(message);
    else if (stream === undefined) ({ config } = message);
    // As with Vosk, what comes after the audio has begun is too late to matter.
  }

  socket.on('message', (data: RawData, binary) => {
    if (socket.readyState !== socket.OPEN) return; // audio sent before the refusal arrived would ask an engine
    const message = data as Buffer;
    try {
      if (message.length > MAX_MESSAGE) throw new CodedError('BODY_TOO_LARGE', { limit: `${MAX_MESSAGE / 1024} KB` });
      if (binary) hear(message);
      else obey(message.toString());
    } catch (error) {
      fail(error, isCodedError(error, 'REQUEST_INVALID') ? REFUSED : isCodedError(error, 'BODY_TOO_LARGE') ? TOO_BIG : FAILED);
    }
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.on('close', () => stream?.close());
}

/** Of a config, the field that does not fit. */
function misfit(message: unknown): CodedError {
  if (typeof message === 'object' && message !== null && 'config' in message) return misfitError(Value.Errors(SttConfigMessage, message), 'message');
  return new CodedError('REQUEST_INVALID', { reason: 'a text message must be {"config":{…}} or {"eof":1}' });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
