// What runs in Vosk's process. A stream lives here and is lost with it: the chain gives what has no result to the next.
import type { LoadedEngine } from '../process/messages.ts';
import { STT_SAMPLE_RATE } from './engine.ts';
import { LibVosk, type VoskRecognizer } from './libvosk.ts';

export interface VoskProcessOptions {
  /** libvosk, absolute. */
  readonly library: string;
  /** Folder of the model, absolute. */
  readonly model: string;
}

export interface VoskOpenRequest {
  readonly stream: string;
  readonly sampleRate: number;
  readonly words: boolean;
}

export interface VoskHearRequest {
  readonly stream: string;
  readonly audio: Int16Array;
}

// A LoadedEngine's methods give their results one at a time; these give one each.
export function load({ library, model }: VoskProcessOptions): Promise<LoadedEngine> {
  const vosk = new LibVosk(library, model);
  const recognizers = new Map<string, VoskRecognizer>();
  const open = (stream: string): VoskRecognizer => {
    const recognizer = recognizers.get(stream);
    if (recognizer === undefined) throw new Error('this stream is of an earlier process');
    return recognizer;
  };
  const drop = (stream: string): void => {
    recognizers.get(stream)?.free();
    recognizers.delete(stream);
  };
  warmUp(vosk);

  return Promise.resolve({
    info: { model: 'vosk', device: 'cpu' },
    methods: {
      open: once(({ stream, sampleRate, words }: VoskOpenRequest) => {
        recognizers.set(stream, vosk.recognizer(sampleRate, words));
        return true;
      }),
      hear: once(({ stream, audio }: VoskHearRequest) => open(stream).accept(audio)),
      finish: once(({ stream }: { stream: string }) => {
        const result = open(stream).finish();
        drop(stream);
        return result;
      }),
      drop: once(({ stream }: { stream: string }) => {
        drop(stream);
        return true;
      }),
    },
  });
}

/** The first second costs more than those after it. */
function warmUp(vosk: LibVosk): void {
  const recognizer = vosk.recognizer(STT_SAMPLE_RATE, true);
  recognizer.accept(new Int16Array(STT_SAMPLE_RATE));
  recognizer.finish();
  recognizer.free();
}

const once = <Args, Result>(method: (args: Args) => Result) => async function* (args: Args): AsyncGenerator<Result> {
  yield await Promise.resolve(method(args));
};
