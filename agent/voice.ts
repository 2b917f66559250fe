import type { ReadableStream } from 'node:stream/web';
import { AudioFrame } from '@livekit/rtc-node';
import type { Clock } from '../core/clock.ts';
import { CodedError, isCodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { InferenceClient } from '../protocol/clients/inference.ts';
import { EMERGENCY_LEVEL, type EmergencyPhrase } from '../protocol/emergency-phrases.ts';
import { SPEECH_SAMPLE_RATE, type SpeechRequest } from '../protocol/speech.ts';
import { restOf, SpeakingPace } from './clause-rest.ts';
import { clauses } from './clauses-as-they-come.ts';
import type { EmergencyClips } from './emergency-clips.ts';
import { SpokenQueue, type Part } from './spoken-queue.ts';

const FRAME_SAMPLES = SPEECH_SAMPLE_RATE / 50;
/** Longest wait of the player for a clause under way, ms: the output still holds 200 ms. */
const STALLED = 200;
/** … for the next clause: a pause between two clauses is no gap. */
const LATE = 700;
/** … for the first sound of a reply, ms: longer than the server gives its levels one after the other. */
const SILENT = 5_000;
const LOOK = 50;
/** When the first sound of a reply is due, ms: a level that would be later is passed over for a session that has no voice yet. */
const DUE = 1_000;
/** The server takes no more. */
const MOST_AVOIDED = 8;
/** A clause is asked for so often. */
const ATTEMPTS = 3;

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
  /** Whose voice: it stays the same, and has its share of the machine. */
  readonly session: string;
  readonly voice: string;
  readonly speed: number;
  readonly language: string;
  readonly clips: EmergencyClips;
  /** What is said word for word in any session, by clause: all else may hold a learner's own words. */
  readonly fixed: ReadonlySet<string>;
  /** Told when no engine speaks, and when one does again. */
  readonly onAvailable: (available: boolean) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One clause of a reply. */
interface Clause {
  readonly text: string;
  /** Of the reply: somebody waits for it. */
  readonly first: boolean;
}

/**
 * The coach's voice. It owns the clauses of a reply and asks for them one at a time, ahead of playback. What fails, stalls
 * or breaks off is taken back as far as it was not played, and asked of another level or server from the word on that
 * comes next: nothing is said twice. When nothing can speak, an emergency clip sounds once and the rest of the reply is
 * left to the captions.
 */
export class Voice {
  readonly #options: VoiceOptions;
  readonly #pace: SpeakingPace;
  readonly #clauses = new WeakMap<AudioFrame, SpokenClause>();

  constructor(options: VoiceOptions) {
    this.#options = options;
    this.#pace = new SpeakingPace(options.speed);
  }

  /** The clause that begins with this frame. */
  clauseOf(frame: AudioFrame): SpokenClause | undefined {
    return this.#clauses.get(frame);
  }

  /** Speaks text as it comes. Cancelling the stream stops what is being made. */
  speak(text: AsyncIterable<string>): ReadableStream<AudioFrame> {
    const left = new AbortController();
    const queue = new SpokenQueue(this.#options.clock);
    this.#reply(text, queue, left.signal).then(() => queue.end(), (error: unknown) => queue.end(left.signal.aborted ? undefined : { error }));
    return queue.stream(() => left.abort(new DOMException('no longer wanted', 'AbortError')));
  }

  /** Speaks a text that is whole already. */
  say(text: string): ReadableStream<AudioFrame> {
    return this.speak(once(text));
  }

  /** An emergency clip as frames; silence as long as a short sentence where it was never rendered. */
  *emergency(phrase: EmergencyPhrase): Generator<AudioFrame, void> {
    const { clips } = this.#options;
    const clause: SpokenClause = { text: clips.text(phrase), level: EMERGENCY_LEVEL, cache: 'hit', firstAudioMs: 0 };
    yield* this.#marked(cut(clips.clip(phrase) ?? new Int16Array(SPEECH_SAMPLE_RATE * 2)), clause);
  }

  async #reply(text: AsyncIterable<string>, queue: SpokenQueue, signal: AbortSignal): Promise<void> {
    const avoid: string[] = [];
    let first = true;
    for await (const clause of clauses(text)) {
      try {
        await this.#clause({ text: clause, first }, queue, avoid, signal);
        this.#options.onAvailable(true);
      } catch (error) {
        if (signal.aborted) return;
        if (isCodedError(error, 'SPEECH_EMPTY')) continue; // a stray mark: nothing to say, nothing wrong
        this.#options.log.error({ err: error }, 'nothing can speak; the reply goes on in writing');
        this.#options.onAvailable(false);
        const clip = {};
        for (const frame of this.emergency('voiceless')) queue.push(frame, clip);
        return;
      }
      first = false;
    }
  }

  /** @param avoid levels that failed in this reply: another goes on with it */
  async #clause(clause: Clause, queue: SpokenQueue, avoid: string[], signal: AbortSignal): Promise<void> {
    let { text } = clause;
    let begun = false;
    for (let attempt = 1; text !== ''; attempt += 1) {
      const part = {};
      const spoken = { level: '', samples: 0 };
      try {
        await this.#attempt({ ...clause, text }, { queue, part, spoken, marks: !begun, avoid, signal });
        this.#pace.said(text, spoken.samples);
        return;
      } catch (error) {
        if (signal.aborted || isCodedError(error, 'SPEECH_EMPTY') || attempt === ATTEMPTS) throw error;
        const taken = queue.withdraw(part);
        begun ||= taken > 0;
        this.#options.log.warn({ err: error, ...spoken, taken }, 'a clause broke off; it goes on with what can speak');
        if (spoken.level !== '') avoid.push(spoken.level);
        text = restOf(text, taken, this.#pace.samplesPerCharacter);
      }
    }
  }

  async #attempt(clause: Clause, { queue, part, spoken, marks, avoid, signal }: Attempt): Promise<void> {
    const stop = new AbortController();
    const sound = this.#sound(clause, avoid, AbortSignal.any([signal, stop.signal]));
    try {
      for (;;) {
        const next = await this.#inTime(sound.next(), queue, spoken.level !== '' ? STALLED : clause.first ? SILENT : LATE);
        if (next.done === true) return;
        const { made, pcm } = next.value;
        for (const frame of this.#marked(cut(pcm), marks && spoken.samples === 0 ? made : undefined)) queue.push(frame, part);
        spoken.level = made.level;
        spoken.samples += pcm.length;
        await queue.room(signal);
      }
    } catch (error) {
      // Not before the request has ended is it known which server failed.
      stop.abort(error);
      await sound.return().catch(() => undefined);
      throw error;
    }
  }

  /** @throws CodedError ENGINE_FAILED when the player waits for longer than `ms` */
  async #inTime<Result>(next: Promise<Result>, queue: SpokenQueue, ms: number): Promise<Result> {
    next.catch(() => undefined); // nobody may be there any more when it fails
    const { clock } = this.#options;
    for (;;) {
      const look = Promise.withResolvers<undefined>();
      const cancel = clock.after(LOOK, () => look.resolve(undefined));
      const result = await Promise.race([next.then((value) => ({ value })), look.promise]).finally(cancel);
      if (result !== undefined) return result.value;
      if (queue.hungryMs >= ms) throw new CodedError('ENGINE_FAILED', { engine: 'speech', reason: `no sound for ${ms} ms` });
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
  async *#sound({ text, first }: Clause, avoid: readonly string[], signal: AbortSignal): AsyncGenerator<{ made: SpokenClause; pcm: Int16Array }, void> {
    const { inference, session, voice, speed, language, fixed } = this.#options;
    const request: SpeechRequest = { text, voice, speed, language, session, priority: first ? 'first' : 'rest', store: fixed.has(text), ...(first && { due_ms: DUE }), ...(avoid.length > 0 && { avoid: avoid.slice(-MOST_AVOIDED) }) };
    const asked = performance.now();
    const { audio, level, cache } = await inference.speech(request, signal);
    // The server's own last words: the agent has them, too, and knows that the rest goes on in writing.
    if (level === EMERGENCY_LEVEL) throw new CodedError('SPEECH_UNAVAILABLE', { reason: 'every level failed' });
    let made: SpokenClause | undefined;
    let rest = new Int16Array();
    for await (const pcm of audio) {
      made ??= { text, level, cache, firstAudioMs: performance.now() - asked };
      const joined = new Int16Array(rest.length + pcm.length);
      joined.set(rest);
      joined.set(pcm, rest.length);
      const whole = joined.length - (joined.length % FRAME_SAMPLES);
      yield { made, pcm: joined.subarray(0, whole) };
      rest = joined.slice(whole);
    }
    if (made !== undefined) yield { made, pcm: rest };
  }
}

/** One asking for a clause. */
interface Attempt {
  readonly queue: SpokenQueue;
  readonly part: Part;
  /** Who speaks, and how much of it there is. */
  readonly spoken: { level: string; samples: number };
  /** Whether its first frame begins the clause: not when part of it was heard before. */
  readonly marks: boolean;
  readonly avoid: readonly string[];
  readonly signal: AbortSignal;
}

async function* once(text: string): AsyncGenerator<string, void> {
  yield await Promise.resolve(text);
}

function* cut(pcm: Int16Array): Generator<AudioFrame, void> {
  for (let from = 0; from < pcm.length; from += FRAME_SAMPLES) {
    const samples = pcm.slice(from, from + FRAME_SAMPLES);
    yield new AudioFrame(samples, SPEECH_SAMPLE_RATE, 1, samples.length);
  }
}
