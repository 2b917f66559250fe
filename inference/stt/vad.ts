import { InferenceSession, Tensor } from 'onnxruntime-node';
import { STT_SAMPLE_RATE } from './engine.ts';
import { sessionOptions } from './whisper-model.ts';

/** Silero judges this many samples at a time: 32 ms. */
export const VAD_WINDOW = 512;
/** It also looks at the end of the window before. */
const CONTEXT = 64;
const STATE = 2 * 128;

/** What the detector remembers between windows. It belongs to the caller, so that the detector serves many streams and may die. */
export interface VadMemory {
  readonly state: Float32Array;
  readonly context: Float32Array;
}

export const freshMemory = (): VadMemory => ({ state: new Float32Array(STATE), context: new Float32Array(CONTEXT) });

/** Silero VAD 5 or 6 (MIT), 16 kHz; 0.2 ms a window on one core. */
export class VoiceActivityDetector {
  readonly #session: InferenceSession;
  readonly #rate = new Tensor('int64', BigInt64Array.of(BigInt(STT_SAMPLE_RATE)), []);

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async load(file: string): Promise<VoiceActivityDetector> {
    return new VoiceActivityDetector(await InferenceSession.create(file, sessionOptions(1)));
  }

  /** The probability of speech in each whole window of `audio`; what is left at the end is not looked at. */
  async probabilities(audio: Float32Array, memory: VadMemory, signal?: AbortSignal): Promise<{ probabilities: Float32Array; memory: VadMemory }> {
    const probabilities = new Float32Array(Math.floor(audio.length / VAD_WINDOW));
    let { state, context } = memory;
    for (let window = 0; window < probabilities.length; window++) {
      signal?.throwIfAborted();
      const input = new Float32Array(CONTEXT + VAD_WINDOW);
      input.set(context);
      input.set(audio.subarray(window * VAD_WINDOW, (window + 1) * VAD_WINDOW), CONTEXT);
      const output = await this.#session.run({
        input: new Tensor('float32', input, [1, input.length]),
        state: new Tensor('float32', state, [2, 1, STATE / 2]),
        sr: this.#rate,
      });
      probabilities[window] = (output['output']?.data as Float32Array)[0] as number;
      state = output['stateN']?.data as Float32Array;
      context = input.slice(-CONTEXT);
    }
    return { probabilities, memory: { state, context } };
  }
}
