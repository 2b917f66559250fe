// An engine process in Whisper's place, whose memory runs out on a GPU: at loading, or at the first call. What it says
// is what onnxruntime says.
import type { LoadedEngine } from '../../../inference/process/messages.ts';
import type { Utterance, WhisperProcessOptions } from '../../../inference/stt/whisper-process.ts';

const EXHAUSTED = 'Non-zero status code returned while running MatMul node. bfc_arena.cc:376 AllocateRawInternal Failed to allocate memory for requested buffer of size 268435456';

export function load({ folder, size, uuid }: WhisperProcessOptions): Promise<LoadedEngine> {
  if (folder.includes('whisper-large')) throw new Error('CUDA failure 2: out of memory ; GPU=0');
  return Promise.resolve({
    info: { uuid },
    methods: {
      async *recognise(): AsyncGenerator<Utterance> {
        if (uuid !== undefined) throw new Error(EXHAUSTED);
        yield await Promise.resolve({ text: `${size} on the CPU here`, words: [], confidence: 1, tokens: [], timings: { mel: 0, encode: 0, decode: 0, align: 0 } });
      },
    },
  });
}
