import { randomUUID } from 'node:crypto';
import { distribution, type Distribution } from '../core/distribution.ts';
import type { InferenceClient } from '../protocol/clients/inference.ts';
import { learnerSpeech } from '../tests/support/learner-speech.ts';

const ROOMS = [1, 2, 4, 8];
const TURNS = 4;
/** Of sound a message, as the agent sends it. */
const FRAME_MS = 20;
const SILENCE_MS = 1_500;
const SAID = 'Je voudrais mieux parler en public, parce que je perds souvent le fil de mes idées.';
const REPLY = ['Qu’est-ce qui vous aiderait à le garder', 'Racontez-moi la dernière fois que cela vous est arrivé'];

export interface RoomFigures {
  readonly rooms: number;
  /** From the last sound of the learner to the transcript, ms. */
  readonly transcript: Distribution;
  /** From the request of the reply's first clause, which is in no cache, to its first sample, ms. */
  readonly firstAudio: Distribution;
  /** How often each level spoke. */
  readonly levels: Readonly<Record<string, number>>;
  /** Sound that a listener waited for after the first sample, s in all. */
  readonly starved: number;
}

/** Rooms that talk at once: each speaks at real time, is transcribed and answered, over and over. */
export async function benchRooms(inference: InferenceClient): Promise<RoomFigures[]> {
  const { pcm, sampleRate } = await learnerSpeech(inference, SAID);
  const figures: RoomFigures[] = [];
  for (const rooms of ROOMS) {
    const [transcript, firstAudio]: [number[], number[]] = [[], []];
    const levels: Record<string, number> = {};
    let starved = 0;
    await Promise.all(Array.from({ length: rooms }, async (_, room) => {
      const session = randomUUID();
      await pause((room * 4_000) / rooms); // people do not begin together
      for (let turn = 0; turn < TURNS; turn += 1) {
        transcript.push(await listen(inference, pcm, sampleRate));
        for (const [index, clause] of REPLY.entries()) {
          const asked = performance.now();
          const reply = await inference.speech({ text: `${clause}, ${String(room + 1)} fois ${String(turn + 2)} ?`, session, priority: index === 0 ? 'first' : 'rest', reuse_cache: false, store: false, ...(index === 0 && { due_ms: 1_000 }) });
          levels[reply.level] = (levels[reply.level] ?? 0) + 1;
          let begun: number | undefined;
          let seconds = 0;
          for await (const chunk of reply.audio) {
            begun ??= performance.now();
            const late = (performance.now() - begun) / 1_000 - seconds;
            if (late > 0.02) starved += late;
            seconds = Math.max(seconds, (performance.now() - begun) / 1_000) + chunk.length / reply.sampleRate;
          }
          if (index === 0) firstAudio.push((begun ?? NaN) - asked);
          await pause(Math.max(0, seconds * 1_000 - (performance.now() - (begun ?? 0)) - 1_000)); // it is being played
        }
      }
    }));
    figures.push({ rooms, transcript: distribution(transcript), firstAudio: distribution(firstAudio), levels, starved });
  }
  return figures;
}

/** Speaks at real time. Returns the ms from the last sound to the transcript that stands: a preflight that holds, else the result. */
async function listen(inference: InferenceClient, pcm: Int16Array, sampleRate: number): Promise<number> {
  const stream = inference.streamRecognition({ sampleRate, language: 'fr', words: true, preflight: true, endpointMs: 300 });
  const frame = (sampleRate * FRAME_MS) / 1_000;
  const spoken = Math.ceil(pcm.length / frame);
  const began = performance.now();
  let ended = Infinity;
  const speaking = (async () => {
    for (let index = 0; index < spoken + SILENCE_MS / FRAME_MS; index += 1) {
      const samples = new Int16Array(frame);
      samples.set(pcm.subarray(index * frame, (index + 1) * frame));
      stream.push(samples);
      if (index === spoken - 1) ended = performance.now();
      await pause(began + (index + 1) * FRAME_MS - performance.now());
    }
    stream.end();
  })();
  let at = NaN;
  for await (const message of stream) {
    // What comes before the end was about a pause inside the sentence; a result with words that comes after it stands.
    if ('partial' in message) at = NaN;
    else if (performance.now() >= ended && Number.isNaN(at) && ('preflight' in message || ('text' in message && message.text !== ''))) at = performance.now();
  }
  await speaking;
  return at - ended;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

export const roomRows = (figures: readonly RoomFigures[]): { measure: string; target: string; result: string }[] =>
  figures.flatMap(({ rooms, transcript, firstAudio, levels, starved }) => [
    { measure: `${String(rooms)} rooms: transcript after the last sound`, target: '', result: `p50 ${transcript.p50.toFixed(0)}, p95 ${transcript.p95.toFixed(0)} ms (n ${String(transcript.n)})` },
    { measure: `${String(rooms)} rooms: first audio of the reply`, target: '', result: `p50 ${firstAudio.p50.toFixed(0)}, p95 ${firstAudio.p95.toFixed(0)} ms; ${Object.entries(levels).map(([level, count]) => `${level} ${String(count)}`).join(', ')}; starved ${starved.toFixed(1)} s` },
  ]);
