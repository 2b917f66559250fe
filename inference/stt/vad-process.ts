// What runs in the voice detector's process. It has one of its own because a run of a model holds up the process it runs
// in, and pauses must be noticed while Whisper computes.
import type { LoadedEngine } from '../process/messages.ts';
import { toFloat } from './pcm.ts';
import { VoiceActivityDetector, type VadMemory } from './vad.ts';

export interface VadProcessOptions {
  /** Of the model, absolute. */
  readonly file: string;
}

export interface VoiceRequest {
  /** Whole windows at STT_SAMPLE_RATE. */
  readonly audio: Int16Array;
  readonly memory: VadMemory;
}

export interface VoiceReply {
  /** Of speech, one for each window. */
  readonly probabilities: Float32Array;
  /** For the next request. */
  readonly memory: VadMemory;
}

export async function load({ file }: VadProcessOptions): Promise<LoadedEngine> {
  const detector = await VoiceActivityDetector.load(file);
  return {
    info: { model: 'silero' },
    methods: {
      async *voice({ audio, memory }: VoiceRequest, signal: AbortSignal): AsyncGenerator<VoiceReply> {
        yield await detector.probabilities(toFloat(audio), memory, signal);
      },
    },
  };
}
