import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import { ToSpeechRate } from './to-speech-rate.ts';

/** Enough to tell what it is: a third of a millisecond of sound. */
const BEGINNING = 16;
/** Nobody writes more before the samples of a WAV. */
const LONGEST_HEADER = 64 << 10;
/** Who streams a WAV does not know its length, and writes 0 or about the largest number. */
const LENGTH_UNKNOWN = 0x7fff_0000;
/** How frames of MP3 and AAC begin; speech would have to begin with a jump to one of six values. */
const FRAMES: readonly number[] = [0xfffb, 0xfffa, 0xfff3, 0xfff2, 0xfff1, 0xfff9];
const PCM = 1;
const EXTENSIBLE = 0xfffe;

interface Form {
  readonly rate: number;
  /** Bytes of samples that were promised. */
  readonly length: number;
  /** The first sample's place. */
  readonly at: number;
}

/**
 * What a program or a server sends as speech, raw 16-bit mono PCM or a WAV of it, piece by piece as it arrives, as PCM at
 * SPEECH_SAMPLE_RATE.
 * @param sampleRate of raw PCM
 * @throws Error that says what is wrong with it, and never holds any of it
 */
export async function* receivedAudio(bytes: AsyncIterable<Uint8Array>, { sampleRate, gain }: { sampleRate: number; gain: number }): AsyncGenerator<Int16Array, void> {
  let rest: Buffer = Buffer.alloc(0);
  let form: Form | undefined;
  let converter: ToSpeechRate | undefined;
  let received = 0;
  for await (const piece of bytes) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    if (form === undefined) {
      form = formOf(rest, sampleRate);
      if (form === undefined) continue;
      rest = rest.subarray(form.at);
      // The filter of a change of rate would only cost brilliance where there is none.
      if (form.rate !== SPEECH_SAMPLE_RATE || gain !== 1) converter = new ToSpeechRate(form.rate, gain);
    }
    const samples = samplesOf(rest.subarray(0, form.length - received));
    received += samples.byteLength;
    rest = rest.subarray(samples.byteLength);
    if (samples.length > 0) yield converter?.push(samples) ?? samples;
  }
  if (form === undefined || received === 0) throw new Error('it sent no audio');
  if (received < form.length && (form.length < LENGTH_UNKNOWN || rest.length > 0)) throw new Error('the audio broke off');
  if (converter !== undefined) yield converter.flush();
}

/** Undefined while too little of it is there. */
function formOf(head: Buffer, rate: number): Form | undefined {
  if (head.length < BEGINNING) return undefined;
  const magic = head.toString('latin1', 0, 4);
  if (magic === 'RIFF') return wavForm(head);
  if (magic.startsWith('ID3') || magic === 'OggS' || magic === 'fLaC' || FRAMES.includes(head.readUInt16BE(0))) throw new Error('it sent compressed audio, not PCM');
  if (isText(head.subarray(0, BEGINNING))) throw new Error('it sent text, not audio');
  return { rate, length: Infinity, at: 0 };
}

/** Speech begins quietly, with bytes near 0 or 255; text in UTF-8 has none of these, and is mostly ASCII. */
function isText(bytes: Buffer): boolean {
  const ascii = bytes.filter((byte) => byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f)).length;
  return ascii > bytes.length / 2 && ascii + bytes.filter((byte) => byte >= 0x80 && byte < 0xf8).length === bytes.length;
}

/** Walks the chunks of a WAV up to its samples. */
function wavForm(head: Buffer): Form | undefined {
  let rate: number | undefined;
  for (let at = 12; at + 8 <= head.length; ) {
    const name = head.toString('latin1', at, at + 4);
    const length = head.readUInt32LE(at + 4);
    const body = at + 8;
    if (name === 'data') {
      if (rate === undefined) throw new Error('its WAV says no format');
      return { rate, length: length === 0 || length >= LENGTH_UNKNOWN ? Infinity : length, at: body };
    }
    if (name === 'fmt ') {
      if (body + 16 > head.length) return undefined;
      const [format, channels, bits] = [head.readUInt16LE(body), head.readUInt16LE(body + 2), head.readUInt16LE(body + 14)];
      if ((format !== PCM && format !== EXTENSIBLE) || channels !== 1 || bits !== 16) throw new Error('its WAV is not 16-bit mono PCM');
      rate = head.readUInt32LE(body + 4);
      if (rate < 4_000 || rate > 192_000) throw new Error(`its WAV claims ${String(rate)} Hz`);
    }
    at = body + length + (length & 1);
  }
  if (head.length > LONGEST_HEADER) throw new Error('its WAV holds no audio');
  return undefined;
}

/** The whole samples in it. */
function samplesOf(bytes: Buffer): Int16Array {
  const whole = bytes.length & ~1;
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + whole));
}
