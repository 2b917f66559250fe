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

/** A clause that began to be made; whether and when it was heard, its first frame tells (`clauseOf`). */
export interface SpokenClause {
  readonly text: string;
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
  /** What is said word for word in any session, by clause: all else may hold a learner's own words. */
  readonly fixed: ReadonlySet<string>;
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
  readonly #clauses = new WeakMap<AudioFrame, SpokenClause>();

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  /** The clause that begins with this frame. */
  clauseOf(frame: AudioFrame): SpokenClause | undefined {
    return this.#clauses.get(frame);
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
    const { clips } = this.#options;
    const clause: SpokenClause = { text: clips.text(phrase), level: 'emergency', cache: 'hit', firstAudioMs: 0 };
    yield* this.#marked(cut(clips.clip(phrase) ?? new Int16Array(SPEECH_SAMPLE_RATE * 2)), clause);
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
        yield* this.#marked(cut(part.pcm), spoken.samples === 0 ? part.clause : undefined);
        spoken = { level: part.clause.level, samples: spoken.samples + part.pcm.length };
      }
    } catch (error) {
      if (signal.aborted || isCodedError(error, 'SPEECH_EMPTY')) throw error;
      this.#options.log.warn({ err: error, ...spoken }, 'a clause broke off; it is asked for again');
      let passed = 0;
      for await (const { clause, pcm } of this.#request(request, signal)) {
        const heard = clause.level === spoken.level ? Math.min(pcm.length, Math.max(0, spoken.samples - passed)) : 0;
        yield* this.#marked(cut(pcm.subarray(heard)), passed === 0 ? clause : undefined);
        passed += pcm.length;
      }
    }
  }

  *#marked(frames: Iterable<AudioFrame>, clause: SpokenClause | undefined): Generator<AudioFrame, void> {
    let first = clause;
    for (const frame of frames) {
      if (first !== undefined) this.#clauses.set(frame, first);
      first = undefined;
      yield frame;
    }
  }

  /** A clause's sound in whole frames, with who speaks it. */
  async *#request(request: { text: string; priority: 'first' | 'rest' }, signal: AbortSignal): AsyncGenerator<{ clause: SpokenClause; pcm: Int16Array }, void> {
    const { inference, voice, speed, language, fixed } = this.#options;
    const asked = performance.now();
    const { audio, level, cache } = await inference.speech({ ...request, voice, speed, language, store: fixed.has(request.text) }, signal);
    let clause: SpokenClause | undefined;
    let rest = new Int16Array();
    for await (const pcm of audio) {
      clause ??= { text: request.text, level, cache, firstAudioMs: performance.now() - asked };
      const joined = new Int16Array(rest.length + pcm.length);
      joined.set(rest);
      joined.set(pcm, rest.length);
      const whole = joined.length - (joined.length % FRAME_SAMPLES);
      yield { clause, pcm: joined.subarray(0, whole) };
      rest = joined.slice(whole);
    }
    if (clause !== undefined) yield { clause, pcm: rest };
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
