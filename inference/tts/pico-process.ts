import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SvoxPico from '@echogarden/svoxpico-wasm';
import type { LoadedEngine } from '../process/messages.ts';
import { isPicoLanguage, PICO_LANGUAGES, type PicoLanguage } from './pico-languages.ts';
import { ToSpeechRate } from './to-speech-rate.ts';

export interface PicoOptions {
  /** Folder with the files of PICO_LANGUAGES, or some of them: a language is spoken whose files are all there. */
  readonly models: string;
}

/** What it tells when it is ready. */
export interface PicoInfo {
  readonly languages: readonly PicoLanguage[];
}

export interface PicoArgs {
  readonly text: string;
  readonly language: PicoLanguage;
  readonly sex: 'female' | 'male';
  readonly speed: number;
}

const SAMPLE_RATE = 16_000;
const WORKING_MEMORY = 4 << 20;
/** Samples a yield: 0.1 s. */
const CHUNK = 1_600;
/** picoapi.h */
const OK = 0;
const STEP_BUSY = 201;
const RESET_SOFT = 0x10;
const BUFFER_BYTES = 128;

/** SVOX Pico (Apache-2.0), compiled to WebAssembly: small, fast, plainly a machine. */
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

  /** An engine for one language, with memory of its own. */
  function engineFor(language: PicoLanguage): number {
    must(pico._pico_initialize(pico._malloc(WORKING_MEMORY), WORKING_MEMORY, out), 'initialisation');
    const system = outPointer();
    const voice = cString(language).at;
    must(pico._pico_createVoiceDefinition(system, voice), 'the voice');
    for (const file of PICO_LANGUAGES[language].resources) {
      pico.FS.writeFile(`/${file}`, readFileSync(join(models, file)));
      must(pico._pico_loadResource(system, cString(`/${file}`).at, out), file);
      const resource = outPointer();
      const name = pico._malloc(64);
      must(pico._pico_getResourceName(system, resource, name), file);
      must(pico._pico_addResourceToVoiceDefinition(system, voice, name), file);
    }
    must(pico._pico_newEngine(system, voice, out), 'the engine');
    return outPointer();
  }
  const languages = Object.keys(PICO_LANGUAGES).filter(isPicoLanguage).filter((language) => PICO_LANGUAGES[language].resources.every((file) => existsSync(join(models, file))));
  if (languages.length === 0) throw new Error('none of its voices is there');
  const engines = new Map(languages.map((language) => [language, engineFor(language)]));
  const buffer = pico._malloc(BUFFER_BYTES);

  /** The engine's samples in the pieces that it makes them in: some milliseconds each. */
  function* samples(engine: number, text: string): Generator<Int16Array> {
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

  // One text at a time: an engine has one state, and all share a buffer. Calls wait for each other here.
  let last: Promise<unknown> = Promise.resolve();
  async function* synthesize({ text, language, sex, speed }: PicoArgs): AsyncGenerator<Int16Array> {
    const { gain, malePitch } = PICO_LANGUAGES[language];
    const engine = engines.get(language);
    if (engine === undefined) throw new Error(`no voice for ${language}`);
    const before = last;
    let finish: () => void = () => undefined;
    last = new Promise<void>((resolve) => (finish = resolve));
    await before;
    try {
      const resampled = new ToSpeechRate(SAMPLE_RATE, gain);
      const said = `<speed level="${Math.round(100 * speed)}"><pitch level="${sex === 'male' ? malePitch : 100}">${text}</pitch></speed>`;
      for (const chunk of inChunks(samples(engine, said), CHUNK)) yield resampled.push(chunk);
      yield resampled.flush();
    } finally {
      pico._pico_resetEngine(engine, RESET_SOFT); // whoever left half-way leaves nothing behind
      finish();
    }
  }

  return { info: { languages } satisfies PicoInfo, methods: { synthesize } };
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
