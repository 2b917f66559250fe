import fc from 'fast-check';
import { wavFile } from '../../../protocol/pcm.ts';

const good = wavFile({ pcm: Int16Array.from({ length: 1_600 }, (_, at) => Math.round(8_000 * Math.sin(at / 9))), sampleRate: 16_000 });

/** Numbers of a header that mean much: of lengths, rates, channels, bits. */
const ABSURD = [0, 1, 2, 3, 7, 44, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
/** Offsets in a WAV's header: length of the file, of its parts, format tag, channels, rate, bytes a second, block, bits. */
const PLACES = [4, 16, 20, 22, 24, 28, 32, 34, 40];

const spoiltHeader = fc.array(fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom(...ABSURD), fc.boolean()), { minLength: 1, maxLength: 3 }).map((changes) => {
  const file = Buffer.from(good);
  for (const [at, number, wide] of changes) {
    if (wide) file.writeUInt32LE(number, at);
    else file.writeUInt16LE(number & 0xffff, at);
  }
  return file;
});

/** Recordings that are none, or not what their header says. Few are left to ffmpeg, a process each. */
export const badAudio: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: spoiltHeader },
  { weight: 10, arbitrary: fc.nat(good.length).map((at) => Buffer.from(good.subarray(0, at))) },
  { weight: 6, arbitrary: fc.constant(Buffer.from(good)) },
  { weight: 3, arbitrary: fc.constant(Buffer.alloc(0)) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom('RIFF', 'RIFF\xff\xff\xff\xffWAVE', 'ID3\x04\0\0\x7f\x7f\x7f\x7f', 'OggS\0\x02', 'fLaC\0\0\0\x22', '\0\0\0\x20ftypM4A ', '#EXTM3U\nfile:///etc/passwd\n').map((text) => Buffer.from(text, 'latin1')) },
);

const FIELD_NAMES = ['language', 'response_format', 'timestamp_granularities[]', 'model', 'file', 'files', '__proto__', 'constructor', '', '\r\n', 'a'.repeat(200)];
const FIELD_VALUES = ['fr', 'zz', 'json', 'verbose_json', 'srt', 'vtt', 'text', 'toString', 'word', '', '\0', 'a'.repeat(20_000), '\ud800'];

const field = fc.tuple(fc.constantFrom(...FIELD_NAMES), fc.constantFrom(...FIELD_VALUES)).map(([name, value]) => Buffer.from(`content-disposition: form-data; name="${name}"\r\n\r\n${value}`));
const file = fc.tuple(fc.constantFrom('file', 'file', 'file', 'audio', '__proto__'), fc.constantFrom('a.wav', '', '../../a', '%00', '"'), badAudio).map(([name, as, audio]) =>
  Buffer.concat([Buffer.from(`content-disposition: form-data; name="${name}"; filename="${as}"\r\ncontent-type: audio/wav\r\n\r\n`), audio]));
const nonsense = fc.constantFrom('', '\r\n', 'content-disposition: form-data\r\n\r\nx', 'content-disposition: form-data; name=\r\n\r\nx', 'content-disposition\r\n', `x: ${'a'.repeat(20_000)}\r\n\r\n`, 'no header at all').map((text) => Buffer.from(text));

/** A multipart form and what it says its boundary is. */
export const badForm: fc.Arbitrary<{ type: string; body: Buffer }> = fc.record({
  parts: fc.array(fc.oneof({ weight: 3, arbitrary: field }, { weight: 3, arbitrary: file }, { weight: 1, arbitrary: nonsense }), { maxLength: 5 }),
  boundary: fc.constantFrom('x', 'x', 'x', '----WebKitFormBoundary', "'()+_,-./:=?"),
  said: fc.constantFrom(undefined, undefined, undefined, undefined, 'y', '', '"', 'a'.repeat(300)),
  closed: fc.constantFrom(true, true, true, false),
}).map(({ parts, boundary, said, closed }) => ({
  type: `multipart/form-data; boundary=${said ?? (/^[-\w]+$/.test(boundary) ? boundary : `"${boundary}"`)}`,
  body: Buffer.concat([...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]), Buffer.from(closed ? `--${boundary}--\r\n` : '')]),
}));
