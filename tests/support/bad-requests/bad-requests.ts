import fc from 'fast-check';
import { badAudio, badForm } from './bad-audio.ts';
import { badJson, SKELETONS } from './bad-json.ts';
import type { RawRequest } from './raw-answer.ts';

export interface BadRequest extends RawRequest {
  readonly method: string;
  /** As it was sent; what it was sent with is in the pieces. */
  readonly path: string;
}

const JSON_ROUTES = Object.keys(SKELETONS);
const AUDIO_ROUTES = ['/transcribe', '/transcribe?language=fr', '/v1/audio/transcriptions'];
const PLAIN_ROUTES = ['/', '/page.js', '/health', '/metrics', '/status', '/docs/json', '/v1/models', '/v1/models/kokoro', '/stream'];
const ODD_PATHS = [
  '/%', '/%ff', '/%E0%A4%A', '/levels/%00', '/levels/%', '/levels/..%2f..%2fetc', '/levels/__proto__', '/levels/constructor', '/levels/%3Cscript%3E', `/levels/${'a'.repeat(101)}`, '/levels/', '/v1/models/%2e%2e', '/v1/models/__proto__',
  '/v1/models/%ff', `/v1/models/${'é'.repeat(10)}`, '/docs/static/../../package.json', '/docs/static/%2e%2e/%2e%2e/package.json', '/docs/static/%00', '/docs/static/%ff', '/page.css/../../status.ts', '//', '//evil.example/', '*', 'http://evil.example/health',
  '/transcribe?language=%ff', '/transcribe?language[]=fr&language[]=en', '/transcribe?language=fr&language=en', '/transcribe?__proto__[x]=1&constructor=1', `/transcribe?${'a&'.repeat(2_000)}`, `/${'a'.repeat(9_000)}`, `/${'a'.repeat(20_000)}`, '/health?%', '/nowhere', '/v1', '/v1/', '/v1/audio/translations', '/\u0001',
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'CONNECTED', 'get', ''];
const TYPES = [
  'application/json', 'application/json; charset=utf-16', 'application/json;;;', 'application/problem+json', 'text/plain', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=', 'audio/wav', '*/*', '__proto__', 'constructor/prototype', 'json', `a/${'b'.repeat(2_000)}`,
];
const HEADERS = [
  'authorization: Bearer', 'authorization: Bearer \xff\xfe', 'authorization: Basic YTpi', `authorization: Bearer ${'a'.repeat(8_000)}`, 'origin: https://evil.example', 'range: bytes=0-0,5-9', 'accept-encoding: gzip, br', 'content-encoding: gzip', 'if-none-match: *', 'x-request-id: <b>', '__proto__: 1',
  'constructor: 1', 'expect: 100-continue', 'expect: miracles', 'upgrade: websocket', 'upgrade: h2c', 'te: trailers', 'host: second.example', ': no name', 'no colon', 'a\0b: 1', ' folded: 1', `x-long: ${'a'.repeat(20_000)}`, 'cookie: __proto__=1; a=%', 'accept: \x7f', 'x-forwarded-for: 1.2.3.4, \'',
];

/** How the length of the body is told; only `right` and `chunked` are true. */
const FALSE_FRAMINGS = ['longer', 'shorter', 'negative', 'nonsense', 'twice', 'both', 'bad chunk', 'cut chunk', 'none'] as const;
type Framing = 'right' | 'chunked' | (typeof FALSE_FRAMINGS)[number];
const framing: fc.Arbitrary<Framing> = fc.oneof({ weight: 12, arbitrary: fc.constant('right' as const) }, { weight: 3, arbitrary: fc.constant('chunked' as const) }, { weight: 2, arbitrary: fc.constantFrom(...FALSE_FRAMINGS) });

interface Content {
  readonly type: string | undefined;
  readonly body: Buffer;
}

function contentFor(path: string): fc.Arbitrary<Content> {
  const typed = (body: Buffer, usual: string): fc.Arbitrary<Content> => fc.oneof(
    { weight: 6, arbitrary: fc.constant({ type: usual, body }) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, ...TYPES).map((type) => ({ type, body })) },
  );
  const json = badJson(path).map((text) => Buffer.from(text)).chain((body) => typed(body, 'application/json'));
  const audio = badAudio.chain((body) => typed(body, 'audio/wav'));
  const bytes = fc.uint8Array({ maxLength: 200 }).map((body) => ({ type: 'application/json', body: Buffer.from(body) }));
  const usual = path.includes('trans') ? fc.oneof(audio, badForm) : json;
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: bytes }, { weight: 1, arbitrary: badForm }, { weight: 1, arbitrary: json });
}

/** @returns headers, body as it is sent, and whether the server can know where it ends */
function framed(body: Buffer, framing: Framing): { lines: string[]; bytes: Buffer; sound: boolean } {
  const length = (value: string | number): string => `content-length: ${value}`;
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
  const last = Buffer.from('0\r\n\r\n');
  const chunked = body.length === 0 ? last : Buffer.concat([chunk, last]);
  switch (framing) {
    case 'right': return { lines: [length(body.length)], bytes: body, sound: true };
    case 'chunked': return { lines: ['transfer-encoding: chunked'], bytes: chunked, sound: true };
    case 'longer': return { lines: [length(body.length + 10)], bytes: body, sound: false };
    case 'shorter': return { lines: [length(Math.max(0, body.length - 3))], bytes: body, sound: true };
    case 'negative': return { lines: [length(-1)], bytes: body, sound: false };
    case 'nonsense': return { lines: [length('1e3, 0x10')], bytes: body, sound: false };
    case 'twice': return { lines: [length(body.length), length(body.length + 1)], bytes: body, sound: false };
    case 'both': return { lines: [length(body.length), 'transfer-encoding: chunked'], bytes: chunked, sound: false };
    case 'bad chunk': return { lines: ['transfer-encoding: chunked'], bytes: Buffer.concat([Buffer.from('zz\r\n'), body]), sound: false };
    case 'cut chunk': return { lines: ['transfer-encoding: chunked'], bytes: chunk.subarray(0, Math.max(1, chunk.length >> 1)), sound: false };
    case 'none': return { lines: [], bytes: Buffer.alloc(0), sound: true };
  }
}

const target = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...JSON_ROUTES) },
  { weight: 7, arbitrary: fc.constantFrom(...AUDIO_ROUTES) },
  { weight: 2, arbitrary: fc.constantFrom(...PLAIN_ROUTES) },
  { weight: 3, arbitrary: fc.constantFrom(...ODD_PATHS) },
  { weight: 1, arbitrary: fc.webPath() },
);
const usualMethod = (path: string): string => (path.startsWith('/levels/') ? 'PUT' : JSON_ROUTES.includes(path) || AUDIO_ROUTES.includes(path) ? 'POST' : 'GET');

/** @param bearer opens what an operator may: half of the requests show it */
export function badRequests(bearer: string): fc.Arbitrary<BadRequest> {
  return target.chain((path) => fc.record({
    method: fc.oneof({ weight: 9, arbitrary: fc.constant(usualMethod(path)) }, { weight: 1, arbitrary: fc.constantFrom(...METHODS) }),
    version: fc.oneof({ weight: 40, arbitrary: fc.constant('HTTP/1.1') }, { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'SPDY', '') }),
    host: fc.oneof({ weight: 40, arbitrary: fc.constant(['host: inference']) }, { weight: 1, arbitrary: fc.constantFrom([], ['host:'], ['host: a b'], ['host: \xff']) }),
    shown: fc.boolean(),
    headers: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.constantFrom(...HEADERS), { minLength: 1, maxLength: 3 }) }),
    content: contentFor(path),
    framing,
    pieces: fc.constantFrom(1, 1, 1, 2, 20),
    cut: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
  }).map(({ method, version, host, shown, headers, content, framing: told, pieces, cut }) => {
    const { lines, bytes, sound } = framed(content.body, told);
    const head = [`${method} ${path} ${version}`, ...host, 'connection: close', ...(shown ? [`authorization: Bearer ${bearer}`] : []), ...(content.type === undefined ? [] : [`content-type: ${content.type}`]), ...lines, ...headers];
    const all = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
    const sent = cut === undefined ? all : all.subarray(0, Math.floor(all.length * cut));
    return { method, path, pieces: split(sent, pieces), ending: cut === undefined ? (sound ? 'whole' : 'unfinished') : cut > 0.5 ? 'gone' : 'unfinished' } as const;
  }));
}

function split(bytes: Buffer, count: number): Buffer[] {
  const size = Math.max(1, Math.ceil(bytes.length / count));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
