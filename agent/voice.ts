import { ReadableStream } from 'node:stream/web';
import { AudioFrame } from '@livekit/rtc-node';
import { isCodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { splitClauses } from '../protocol/clauses.ts';
import type { InferenceClient } from '../protocol/clients/inference.ts';
import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';
import type { EmergencyClips, EmergencyPhrase } from './emergency-clips.ts';

const FRAME_SAMPLES = SPEECH_SAMPLE_RATE / 50;
/** Speech made ahead of what is played. More would be thrown away at an interruption, less would leave gaps. */
const AHEAD_SECONDS = 6;

export interface SpokenClause {
  /** Who spoke: a level of the chain, or `emergency`. */
  readonly level: string;
  readonly cache: 'hit' | 'miss';
  /** From the request to the first sample in the agent, ms. */
  readonly firstAudioMs: number;
}

export interface VoiceOptions {
  readonly inference: InferenceClient;
  readonly voice: string;
  readonly speed: number;
  readonly language: string;
  readonly clips: EmergencyClips;
  readonly onClause: (clause: SpokenClause) => void;
  /** Told when no engine speaks, and when one does again. */
  readonly onAvailable: (available: boolean) => void;
  readonly log: Logger;
}

/**
 * The coach's voice. It owns the clauses of a reply and asks for them one at a time, ahead of playback. When nothing
 * can speak a clause, an emergency clip sounds once and the rest of the reply is left to the captions.
 */
export class Voice {
  readonly #options: VoiceOptions;

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  /** Speaks text as it comes. Cancelling the stream stops what is being made. */
  speak(text: AsyncIterable<string>): ReadableStream<AudioFrame> {
    const abort = new AbortController();
    return readAhead(this.#frames(text, abort.signal), abort);
  }

  /** Speaks a text that is whole already. */
  say(text: string): ReadableStream<AudioFrame> {
    return this.speak(once(text));
  }

  /** An emergency clip as frames; silence as long as a short sentence where it was never rendered. */
  *emergency(phrase: EmergencyPhrase): Generator<AudioFrame, void> {
    this.#options.onClause({ level: 'emergency', cache: 'hit', firstAudioMs: 0 });
    yield* cut(this.#options.clips.clip(phrase) ?? new Int16Array(SPEECH_SAMPLE_RATE * 2));
  }

  async *#frames(text: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<AudioFrame, void> {
    let first = true;
    for await (const clause of clauses(text)) {
      try {
        yield* this.#clause({ text: clause, priority: first ? 'first' : 'rest' }, signal);
        this.#options.onAvailable(true);
      } catch (error) {
        if (signal.aborted) return;
        if (isCodedError(error, 'SPEECH_EMPTY')) continue; // a stray mark: nothing to say, nothing wrong
        this.#options.log.error({ err: error }, 'nothing can speak; the reply goes on in writing');
        this.#options.onAvailable(false);
        yield* this.emergency('voiceless');
        return;
      }
      first = false;
    }
  }

  /** A clause that breaks off is asked for once more, and goes on where it was when the same level speaks it. */
  async *#clause(request: { text: string; priority: 'first' | 'rest' }, signal: AbortSignal): AsyncGenerator<AudioFrame, void> {
    let spoken = { level: '', samples: 0 };
    try {
      for await (const part of this.#request(request, signal)) {
        spoken = { level: part.level, samples: spoken.samples + part.pcm.length };
        yield* cut(part.pcm);
      }
    } catch (error) {
      if (signal.aborted || isCodedError(error, 'SPEECH_EMPTY')) throw error;
      this.#options.log.warn({ err: error, ...spoken }, 'a clause broke off; it is asked for again');
      let passed = 0;
      for await (const { level, pcm } of this.#request(request, signal)) {
        const heard = level === spoken.level ? Math.min(pcm.length, Math.max(0, spoken.samples - passed)) : 0;
        passed += pcm.length;
        yield* cut(pcm.subarray(heard));
      }
    }
  }

  /** A clause's sound in whole frames, with the level that speaks it. */
  async *#request(request: { text: string; priority: 'first' | 'rest' }, signal: AbortSignal): AsyncGenerator<{ level: string; pcm: Int16Array }, void> {
    const { inference, voice, speed, language, onClause } = this.#options;
    const asked = performance.now();
    const { audio, level, cache } = await inference.speech({ ...request, voice, speed, language }, signal);
    let first = true;
    let rest = new Int16Array();
    for await (const pcm of audio) {
      if (first) onClause({ level, cache, firstAudioMs: performance.now() - asked });
      first = false;
      const joined = new Int16Array(rest.length + pcm.length);
      joined.set(rest);
      joined.set(pcm, rest.length);
      const whole = joined.length - (joined.length % FRAME_SAMPLES);
      yield { level, pcm: joined.subarray(0, whole) };
      rest = joined.slice(whole);
    }
    yield { level, pcm: rest };
  }
}

async function* once(text: string): AsyncGenerator<string, void> {
  yield await Promise.resolve(text);
}

/** Clauses as soon as they are whole: the last one may still grow while text comes in. */
async function* clauses(text: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const delta of text) {
    const parts = splitClauses(rest + delta);
    rest = parts.pop() ?? '';
    yield* parts;
  }
  yield* splitClauses(rest);
}

function* cut(pcm: Int16Array): Generator<AudioFrame, void> {
  for (let from = 0; from < pcm.length; from += FRAME_SAMPLES) {
    const samples = pcm.slice(from, from + FRAME_SAMPLES);
    yield new AudioFrame(samples, SPEECH_SAMPLE_RATE, 1, samples.length);
  }
}

/** Pulls `frames` ahead of whoever reads, up to AHEAD_SECONDS of sound. */
function readAhead(frames: AsyncGenerator<AudioFrame, void>, abort: AbortController): ReadableStream<AudioFrame> {
  return new ReadableStream<AudioFrame>(
    {
      async pull(controller) {
        const { value, done } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        abort.abort(new Error('no longer wanted'));
      },
    },
    { highWaterMark: AHEAD_SECONDS * SPEECH_SAMPLE_RATE, size: (frame) => frame.samplesPerChannel },
  );
}
