/** The parts of SVOX Pico's API (picoapi.h) that we call. Pointers are numbers; results of the calls are pico_Status. */
declare module '@echogarden/svoxpico-wasm' {
  export interface PicoModule {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    readonly FS: { writeFile(path: string, data: Uint8Array): void };
    _malloc(bytes: number): number;
    _free(at: number): void;
    _pico_initialize(memory: number, size: number, outSystem: number): number;
    _pico_createVoiceDefinition(system: number, name: number): number;
    _pico_loadResource(system: number, path: number, outResource: number): number;
    _pico_getResourceName(system: number, resource: number, outName: number): number;
    _pico_addResourceToVoiceDefinition(system: number, voice: number, resource: number): number;
    _pico_newEngine(system: number, voice: number, outEngine: number): number;
    _pico_putTextUtf8(engine: number, text: number, bytes: number, outTaken: number): number;
    _pico_getData(engine: number, buffer: number, bytes: number, outBytes: number, outType: number): number;
    _pico_resetEngine(engine: number, mode: number): number;
  }
  export default function SvoxPico(): Promise<PicoModule>;
}
