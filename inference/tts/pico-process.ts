import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SvoxPico from '@echogarden/svoxpico-wasm';
import type { LoadedEngine } from '../process/messages.ts';
import { ToSpeechRate } from './to-speech-rate.ts';

export interface PicoOptions {
  /** Folder with fr-FR_ta.bin (text analysis) and fr-FR_nk0_sg.bin (signal generation). */
  readonly models: string;
}

export interface PicoArgs {
  readonly text: string;
  readonly sex: 'female' | 'male';
  readonly speed: number;
}

const SAMPLE_RATE = 16_000;
/** Pico speaks at −10 dB of full scale, measured without the pauses: brought to the loudness of all levels, −20 dB. */
const GAIN = 0.3;
/** Pico's own voice is a woman's. At this pitch, in percent, it passes for a man's. */
const PITCH = { female: 100, male: 65 } as const;
const WORKING_MEMORY = 4 << 20;
/** Samples a yield: 0.1 s. */
const CHUNK = 1_600;
const RESOURCES = ['fr-FR_ta.bin', 'fr-FR_nk0_sg.bin'] as const;
/** picoapi.h */
const OK = 0;
const STEP_BUSY = 201;
const RESET_SOFT = 0x10;
const BUFFER_BYTES = 128;

/** SVOX Pico (Apache-2.0), compiled to WebAssembly: small, fast, plainly a machine. French only. */
export async function load({ models }: PicoOptions): Promise<LoadedEngine> {
  const pico = await SvoxPico();
  /** A zero-terminated string in the module's memory. */
  const cString = (text: string): { at: number; bytes: number } => {
    const bytes = Buffer.from(`${text}\0`, 'utf8');
    const at = pico._malloc(bytes.length);
    pico.HEAPU8.set(bytes, at);
    return { at, bytes: bytes.length };
  };
  const view = (): DataView => new DataView(pico.HEAPU8.buffer); // the memory may have grown: never kept
  const out = pico._malloc(8);
  const outPointer = (): number => view().getUint32(out, true);
  const must = (status: number, what: string): void => {
    if (status !== OK) throw new Error(`Pico: ${what} failed with ${status}`);
  };

  must(pico._pico_initialize(pico._malloc(WORKING_MEMORY), WORKING_MEMORY, out), 'initialisation');
  const system = outPointer();
  const voice = cString('coach').at;
  must(pico._pico_createVoiceDefinition(system, voice), 'the voice');
  for (const file of RESOURCES) {
    pico.FS.writeFile(`/${file}`, readFileSync(join(models, file)));
    must(pico._pico_loadResource(system, cString(`/${file}`).at, out), file);
    const resource = outPointer();
    const name = pico._malloc(64);
    must(pico._pico_getResourceName(system, resource, name), file);
    must(pico._pico_addResourceToVoiceDefinition(system, voice, name), file);
  }
  must(pico._pico_newEngine(system, voice, out), 'the engine');
  const engine = outPointer();
  const buffer = pico._malloc(BUFFER_BYTES);

  /** The engine's samples in the pieces that it makes them in: some milliseconds each. */
  function* samples(text: string): Generator<Int16Array> {
    const { at, bytes } = cString(text);
    try {
      for (let given = 0; given < bytes; ) {
        must(pico._pico_putTextUtf8(engine, at + given, bytes - given, out), 'taking text');
        given += view().getInt16(out, true);
        for (let status = STEP_BUSY; status === STEP_BUSY; ) {
          status = pico._pico_getData(engine, buffer, BUFFER_BYTES, out, out + 4);
          const received = view().getInt16(out, true);
          if (received > 0) yield new Int16Array(pico.HEAPU8.slice(buffer, buffer + received).buffer);
        }
      }
    } finally {
      pico._free(at);
    }
  }

  // One text at a time: the engine has one state. Calls wait for each other here.
  let last: Promise<unknown> = Promise.resolve();
  async function* synthesize({ text, sex, speed }: PicoArgs): AsyncGenerator<Int16Array> {
    const before = last;
    let finish: () => void = () => undefined;
    last = new Promise<void>((resolve) => (finish = resolve));
    await before;
    try {
      const resampled = new ToSpeechRate(SAMPLE_RATE, GAIN);
      const said = `<speed level="${Math.round(100 * speed)}"><pitch level="${PITCH[sex]}">${text}</pitch></speed>`;
      for (const chunk of inChunks(samples(said), CHUNK)) yield resampled.push(chunk);
      yield resampled.flush();
    } finally {
      pico._pico_resetEngine(engine, RESET_SOFT); // whoever left half-way leaves nothing behind
      finish();
    }
  }

  return { info: { voices: ['fr-FR'] }, methods: { synthesize } };
}

/** The same samples in pieces of `size`; the last may be shorter. */
function* inChunks(pieces: Iterable<Int16Array>, size: number): Generator<Int16Array> {
  let chunk = new Int16Array(size);
  let filled = 0;
  for (const piece of pieces) {
    for (const sample of piece) {
      chunk[filled++] = sample;
      if (filled < size) continue;
      yield chunk;
      chunk = new Int16Array(size);
      filled = 0;
    }
  }
  yield chunk.subarray(0, filled);
}
