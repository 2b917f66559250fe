/** An uncompressed WAV file, opened. */
export interface Wav {
  /** Hz */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of each channel. */
  readonly length: number;
  /** Samples `from` to `to`, channels averaged, −1 … 1. */
  mono(from: number, to: number): Float32Array;
}

type ReadSample = (data: DataView, offset: number) => number;

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** By format tag and bits: 8-bit is unsigned, the rest signed little-endian. */
const SAMPLES: Readonly<Record<string, ReadSample>> = {
  [`${PCM}:8`]: (data, at) => (data.getUint8(at) - 128) / 0x80,
  [`${PCM}:16`]: (data, at) => data.getInt16(at, true) / 0x8000,
  [`${PCM}:24`]: (data, at) => (data.getUint16(at, true) + data.getInt8(at + 2) * 0x10000) / 0x800000,
  [`${PCM}:32`]: (data, at) => data.getInt32(at, true) / 0x80000000,
  [`${FLOAT}:32`]: (data, at) => finite(data.getFloat32(at, true)),
  [`${FLOAT}:64`]: (data, at) => finite(data.getFloat64(at, true)),
};

/**
 * Opens a WAV. What its header says of lengths is not trusted: a stream's header says nothing, a truncated file's too much.
 * @returns undefined for what is no WAV, or holds compressed audio
 */
export function openWav(file: Buffer): Wav | undefined {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let format: { readonly tag: number; readonly channels: number; readonly sampleRate: number; readonly bits: number } | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4);
    const body = file.subarray(at + 8, Math.min(file.length, at + 8 + file.readUInt32LE(at + 4)));
    if (id === 'fmt ' && body.length >= 16) format = readFormat(body);
    if (id === 'data') return format && opened(format, body.length === 0 ? file.subarray(at + 8) : body);
    at += 8 + body.length + (body.length % 2);
  }
  return undefined;
}

function readFormat(body: Buffer): { tag: number; channels: number; sampleRate: number; bits: number } {
  const tag = body.readUInt16LE(0);
  return {
    tag: tag === EXTENSIBLE && body.length >= 26 ? body.readUInt16LE(24) : tag,
    channels: body.readUInt16LE(2),
    sampleRate: body.readUInt32LE(4),
    bits: body.readUInt16LE(14),
  };
}

function opened({ tag, channels, sampleRate, bits }: { tag: number; channels: number; sampleRate: number; bits: number }, body: Buffer): Wav | undefined {
  const read = SAMPLES[`${tag}:${bits}`];
  if (read === undefined || channels === 0 || sampleRate < 1_000 || sampleRate > 384_000) return undefined;
  const bytes = bits / 8;
  const data = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return {
    sampleRate,
    channels,
    length: Math.floor(body.length / (bytes * channels)),
    mono(from, to) {
      const samples = new Float32Array(Math.max(0, to - from));
      for (let index = 0; index < samples.length; index += 1) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel += 1) sum += read(data, ((from + index) * channels + channel) * bytes);
        samples[index] = sum / channels;
      }
      return samples;
    },
  };
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
