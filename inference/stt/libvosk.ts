import koffi from 'koffi';

/** libvosk (github.com/alphacep/vosk-api, vosk_api.h; Apache-2.0), loaded into this process. */
export class LibVosk {
  readonly #model: unknown;
  readonly #functions: ReturnType<typeof bind>;

  /** @param file of the library  @param model folder of the model; both absolute */
  constructor(file: string, model: string) {
    this.#functions = bind(file);
    this.#functions.setLogLevel(-1);
    this.#model = this.#functions.newModel(model);
    if (this.#model === null) throw new Error(`${model} holds no Vosk model`);
  }

  /** @param sampleRate Hz; Vosk resamples to what its model takes */
  recognizer(sampleRate: number, words: boolean): VoskRecognizer {
    return new VoskRecognizer(this.#functions, this.#model, sampleRate, words);
  }
}

/** One stream of audio in, answers in Vosk's JSON out. Word times count from its first sample. */
export class VoskRecognizer {
  readonly #functions: ReturnType<typeof bind>;
  readonly #handle: unknown;

  constructor(functions: ReturnType<typeof bind>, model: unknown, sampleRate: number, words: boolean) {
    this.#functions = functions;
    const handle = functions.newRecognizer(model, sampleRate);
    if (handle === null) throw new Error('Vosk could make no recogniser');
    functions.setWords(handle, words ? 1 : 0);
    this.#handle = handle;
  }

  /** A result when an utterance ended in this piece, else what is understood so far. */
  accept(pcm: Int16Array): string {
    const ended = this.#functions.accept(this.#handle, pcm, pcm.length);
    if (ended < 0) throw new Error('Vosk could not decode');
    return ended === 1 ? this.#functions.result(this.#handle) : this.#functions.partialResult(this.#handle);
  }

  /** The result of all that has none yet. */
  finish(): string {
    return this.#functions.finalResult(this.#handle);
  }

  free(): void {
    this.#functions.freeRecognizer(this.#handle);
  }
}

function bind(file: string) {
  const library = koffi.load(file);
  return {
    setLogLevel: library.func('void vosk_set_log_level(int level)') as (level: number) => void,
    newModel: library.func('void *vosk_model_new(const char *path)') as (path: string) => unknown,
    newRecognizer: library.func('void *vosk_recognizer_new(void *model, float sample_rate)') as (model: unknown, sampleRate: number) => unknown,
    setWords: library.func('void vosk_recognizer_set_words(void *recognizer, int words)') as (recognizer: unknown, words: number) => void,
    accept: library.func('int vosk_recognizer_accept_waveform_s(void *recognizer, const int16_t *data, int length)') as (recognizer: unknown, data: Int16Array, length: number) => number,
    result: library.func('const char *vosk_recognizer_result(void *recognizer)') as (recognizer: unknown) => string,
    partialResult: library.func('const char *vosk_recognizer_partial_result(void *recognizer)') as (recognizer: unknown) => string,
    finalResult: library.func('const char *vosk_recognizer_final_result(void *recognizer)') as (recognizer: unknown) => string,
    freeRecognizer: library.func('void vosk_recognizer_free(void *recognizer)') as (recognizer: unknown) => void,
  };
}
