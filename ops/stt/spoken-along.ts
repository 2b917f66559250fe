import { delay, systemClock, type Clock } from '../../core/clock.ts';
import { plainWords } from '../../core/word-error-rate.ts';
import type { Sound } from '../../protocol/pcm.ts';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';

/** What listens while somebody speaks: the server's stream, or an engine's. */
export interface Listener extends AsyncIterable<SttServerMessage> {
  push(pcm: Int16Array): void;
  end(): void;
}

/** A message, and when it came: ms since the first sample was spoken. */
export interface Told {
  readonly at: number;
  readonly message: SttServerMessage;
}

/** What the microphone hands over at a time, ms. */
const FRAME = 20;

/** Speaks to a listener as a microphone would, each frame when its last sample has been heard, and keeps what it tells. */
export async function speakTo(listener: Listener, { pcm, sampleRate }: Sound, clock: Clock = systemClock): Promise<Told[]> {
  const told: Told[] = [];
  const began = clock.now();
  const talking = talk(listener, pcm, sampleRate, began, clock);
  for await (const message of listener) told.push({ at: clock.now() - began, message });
  await talking;
  return told;
}

async function talk(listener: Listener, audio: Int16Array, sampleRate: number, began: number, clock: Clock): Promise<void> {
  const step = (sampleRate / 1_000) * FRAME;
  for (let from = 0; from < audio.length; from += step) {
    await delay(Math.max(0, began + ((from + step) / sampleRate) * 1_000 - clock.now()), { clock });
    listener.push(audio.subarray(from, from + step));
  }
  listener.end();
}

export interface AfterSpeech {
  /** From the last sample of speech to the transcript that became the result, ms. */
  readonly transcript: readonly number[];
  /** … to the result itself. */
  readonly result: readonly number[];
  /** Transcripts that were withdrawn because speech went on. */
  readonly withdrawn: number;
}

/** @param said when the last sample of speech was spoken, ms */
export function afterSpeech(told: readonly Told[], said: number): AfterSpeech {
  const [transcripts, results]: [number[], number[]] = [[], []];
  let withdrawn = 0;
  let transcript: number | undefined;
  for (const { at, message } of told) {
    if ('preflight' in message) transcript = at - said;
    else if ('partial' in message && transcript !== undefined) {
      withdrawn += 1;
      transcript = undefined;
    } else if ('text' in message) {
      results.push(at - said);
      transcripts.push(transcript ?? at - said);
      transcript = undefined;
    }
  }
  return { transcript: transcripts, result: results, withdrawn };
}

/** Places by which a word may move as words before it are put right. */
const MOVED = 2;

/**
 * How long after its end each word of the results stood on the screen, ms: from where the result says that it ends to the
 * first partial, preflight or result that shows it about there.
 */
export function partialLag(told: readonly Told[]): number[] {
  const lags: number[] = [];
  let utterance: Told[] = [];
  for (const one of told) {
    utterance.push(one);
    if (!('text' in one.message)) continue;
    for (const [index, { word, end }] of (one.message.result ?? []).entries()) {
      const shown = utterance.find(({ message }) => shownBy(message).slice(Math.max(0, index - MOVED), index + MOVED + 1).some((other) => bare(other) === bare(word)));
      lags.push((shown?.at ?? one.at) - end * 1_000);
    }
    utterance = [];
  }
  return lags;
}

function shownBy(message: SttServerMessage): string[] {
  const text = 'partial' in message ? message.partial : 'preflight' in message ? message.preflight : 'text' in message ? message.text : '';
  return text.split(/\s+/);
}

const bare = (word: string): string => plainWords(word).join(' ');
