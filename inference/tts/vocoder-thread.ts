// One thread of the vocoder: a piece of features in, its sound out.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { HAR_WIDTH, STATISTICS_WIDTH, X_WIDTH } from './adain-statistics.ts';
import type { Piece, Vocoded } from './vocoder.ts';

const generator = await InferenceSession.create(workerData as string, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
});

const answer = (message: Vocoded): void => parentPort?.postMessage(message, message.audio === undefined ? [] : [message.audio.buffer]);

async function vocode({ x, har, style, statistics }: Piece): Promise<Float32Array<ArrayBuffer>> {
  const { audio } = await generator.run({
    x: new Tensor('float32', x, [x.length / X_WIDTH, X_WIDTH]),
    har: new Tensor('float32', har, [har.length / HAR_WIDTH, HAR_WIDTH]),
    style: new Tensor('float32', style, [1, style.length]),
    statistics: new Tensor('float32', statistics, [1, STATISTICS_WIDTH]),
  });
  if (!(audio?.data instanceof Float32Array)) throw new Error('the vocoder gave no sound');
  return Float32Array.from(audio.data);
}

parentPort?.on('message', (piece: Piece) => {
  vocode(piece).then(
    (audio) => answer({ audio }),
    (error: unknown) => answer({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
answer({ ready: true });
