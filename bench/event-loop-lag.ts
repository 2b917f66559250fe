import { InferenceClient } from '../protocol/clients/inference.ts';

/** How late the server's event loop was while it worked, ms. The same timer in a process that does nothing is the floor. */
export interface EventLoopLag {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** What was asked of the server in that time. */
  readonly transcriptions: number;
  readonly syntheses: number;
  readonly streamedSeconds: number;
}

/** The sampling timer's own period: a loop that is never late shows this. prom-client's default. */
const PERIOD = 10;
const RATE = 24_000;
const TEXT = 'Je suis chef de projet dans une petite entreprise, et je dois présenter nos résultats la semaine prochaine.';

/**
 * Loads the inference server at `url` with a live stream, a synthesis and a transcription at once for `seconds`, and
 * reads from its own metrics how late its event loop was meanwhile.
 */
export async function benchEventLoopLag(url: string, { seconds = 20 }: { seconds?: number } = {}): Promise<EventLoopLag> {
  const client = new InferenceClient(url);
  const speech = await synthesize(client);
  const deadline = performance.now() + seconds * 1_000;
  const goesOn = (): boolean => performance.now() < deadline;
  const count = async (work: () => Promise<unknown>): Promise<number> => {
    let done = 0;
    for (; goesOn(); done += 1) await work();
    return done;
  };

  await readLag(url); // each reading begins a new period
  const [transcriptions, syntheses, streamedSeconds] = await Promise.all([
    count(() => client.transcribe({ pcm: speech, sampleRate: RATE })),
    count(() => synthesize(client)),
    talk(client, speech, goesOn),
  ]);
  return { ...(await readLag(url)), transcriptions, syntheses, streamedSeconds };
}

async function synthesize(client: InferenceClient): Promise<Int16Array> {
  const { audio } = await client.speech({ text: TEXT, reuse_cache: false });
  const chunks = await Array.fromAsync(audio);
  const whole = new Int16Array(chunks.reduce((sum, { length }) => sum + length, 0));
  chunks.reduce((at, chunk) => {
    whole.set(chunk, at);
    return at + chunk.length;
  }, 0);
  return whole;
}

/** Speaks in real time, 20 ms at a time, with a pause after each round. */
async function talk(client: InferenceClient, speech: Int16Array, goesOn: () => boolean): Promise<number> {
  const stream = client.streamRecognition({ sampleRate: RATE, words: true, preflight: true });
  const heard = Array.fromAsync(stream);
  const frame = RATE / 50;
  const round = speech.length + RATE;
  const began = performance.now();
  let sent = 0;
  while (goesOn()) {
    const at = sent % round;
    stream.push(at < speech.length ? speech.subarray(at, at + frame) : new Int16Array(frame));
    sent += frame;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (sent / RATE) * 1_000 - performance.now())));
  }
  stream.end();
  await heard;
  return sent / RATE;
}

async function readLag(url: string): Promise<Pick<EventLoopLag, 'p50' | 'p90' | 'p99' | 'max'>> {
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  const lag = (name: string): number => {
    const seconds = new RegExp(`^nodejs_eventloop_lag_${name}_seconds(?:\\{.*\\})? (\\S+)$`, 'm').exec(metrics)?.[1];
    return Math.max(0, Number(seconds) * 1_000 - PERIOD);
  };
  return { p50: lag('p50'), p90: lag('p90'), p99: lag('p99'), max: lag('max') };
}

export function eventLoopRows({ p50, p99, max, transcriptions, syntheses }: EventLoopLag): { measure: string; target: string; result: string }[] {
  return [{ measure: 'inference: event-loop lag under load', target: '', result: `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(0)} ms (${String(transcriptions)} transcriptions, ${String(syntheses)} syntheses)` }];
}
