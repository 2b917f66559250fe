import { existsSync } from 'node:fs';
import { createLogger } from '../core/log.ts';
import { ComputeGate, PRIORITY } from '../inference/process/compute-gate.ts';
import type { EngineStream } from '../inference/stt/engine.ts';
import { toFloat } from '../inference/stt/pcm.ts';
import { WhisperEngine } from '../inference/stt/whisper.ts';
import type { Utterance } from '../inference/stt/whisper-process.ts';
import { afterSpeech, partialLag, speakTo, type Listener } from '../ops/stt/spoken-along.ts';
import { HUMAN_COMMANDS, readHumanSpeech } from '../tests/support/speech-fr.ts';
import { joined } from '../protocol/pcm.ts';
import { quiet, SpokenFrench } from '../tests/support/spoken-french.ts';
import { plainWords, wordErrorRate } from '../core/word-error-rate.ts';
import { KnownSpeech } from './known-words.ts';
import { distribution, type Distribution } from '../core/distribution.ts';

const RATE = 16_000;
const THREADS = 2;
const ROUNDS = 8;

const SENTENCES = [
  'Je pense que ce projet peut vraiment réussir cette année.',
  "Mon équipe a terminé le travail avant la fin de l'été.",
  'Je voudrais vous présenter notre nouvelle organisation ce matin.',
  'Ce qui me plaît dans ce métier, ce sont les rencontres.',
] as const;

export interface SttFigures {
  /**
   * From the last sample of speech to the transcript that became the result, ms: speech of about 3 s and of about 8 s.
   * `partialLag`: from the end of each word to the first message that shows it.
   */
  readonly afterSpeech: { readonly seconds: number; readonly transcript: Distribution; readonly result: Distribution; readonly partialLag: Distribution; readonly void: number }[];
  /** Milliseconds of each stage, nothing kept and no draft; p50. */
  readonly stages: { readonly seconds: number; readonly mel: number; readonly encode: number; readonly decode: number; readonly align: number; readonly tokens: number }[];
  /** Whole files: processing time ÷ duration. */
  readonly rtf: number;
  readonly wordErrorRate: { readonly human: number | undefined; readonly synthetic: number };
  /** Against speech with known word times, ms, absolute. */
  readonly wordTimes: { readonly start: Distribution; readonly end: Distribution; readonly matched: number; readonly words: number };
}

/** Measures recognition on its own: one stream, the real engine, speech at the pace of speech. */
export async function benchStt(): Promise<SttFigures> {
  const engine = new WhisperEngine({ threads: THREADS, log: createLogger('bench', 'warn'), gate: new ComputeGate(1) });
  const voice = new SpokenFrench();
  try {
    await engine.ready();
    const spoken: Int16Array[] = [];
    for (const sentence of SENTENCES) spoken.push(await voice.say(sentence));
    // Three sentences in one breath are some 8 s.
    const short = spoken;
    const long = spoken.map((_, index) => joined([0, 1, 2].flatMap((next) => [quiet(120), spoken[(index + next) % spoken.length] ?? quiet(0)]).slice(1)));
    await engine.transcribe(toFloat(long[0] ?? quiet(0)), { language: 'fr', words: true, priority: PRIORITY.rest });
    const latencies = [];
    for (const utterances of [short, long]) latencies.push(await latency(engine, utterances));
    const stages = [];
    for (const utterances of [short, long]) stages.push(await stageTimes(engine, utterances));
    return { afterSpeech: latencies, stages, ...(await accuracy(engine, spoken)), wordTimes: await wordTimes(engine) };
  } finally {
    await Promise.all([engine.close(), voice.close()]);
  }
}

/** A line for each figure: measure, target, result. */
export function sttRows({ afterSpeech: latencies, stages, rtf, wordErrorRate: wer, wordTimes: words }: SttFigures): { measure: string; target: string; result: string }[] {
  const spread = ({ p50, p90, max }: Distribution): string => `p50 ${p50.toFixed(0)}, p90 ${p90.toFixed(0)}, max ${max.toFixed(0)} ms`;
  const percent = (share: number | undefined): string => (share === undefined ? 'not measured: no recordings' : `${(100 * share).toFixed(1)} %`);
  return [
    ...latencies.flatMap(({ seconds, transcript, result, partialLag: lag, void: withdrawn }) => [
      { measure: `transcript after ${seconds.toFixed(1)} s of speech`, target: seconds < 5 ? 'p50 ≤ 200 ms' : 'p50 ≤ 400 ms', result: `${spread(transcript)} (${String(withdrawn)} begun too early)` },
      { measure: `result after ${seconds.toFixed(1)} s of speech`, target: '', result: spread(result) },
      { measure: `words shown after their end, ${seconds.toFixed(1)} s`, target: '', result: `p50 ${lag.p50.toFixed(0)}, p95 ${lag.p95.toFixed(0)} ms (${String(lag.n)} words)` },
    ]),
    ...stages.map(({ seconds, mel, encode, decode, align, tokens }) => ({ measure: `stages, ${seconds.toFixed(1)} s, nothing kept`, target: '', result: `mel ${mel.toFixed(0)}, encode ${encode.toFixed(0)}, decode ${decode.toFixed(0)} (${tokens.toFixed(0)} tokens), align ${align.toFixed(0)} ms` })),
    { measure: 'whole files: processing ÷ duration', target: '', result: rtf.toFixed(2) },
    { measure: 'word error rate, human commands', target: '', result: percent(wer.human) },
    { measure: 'word error rate, synthetic sentences', target: '', result: percent(wer.synthetic) },
    { measure: 'word times: start', target: 'p50 ≤ 30 ms', result: `${spread(words.start)} (${String(words.matched)} of ${String(words.words)} words)` },
    { measure: 'word times: end', target: 'p50 ≤ 25 ms', result: spread(words.end) },
  ];
}

async function latency(engine: WhisperEngine, utterances: readonly Int16Array[]): Promise<SttFigures['afterSpeech'][number]> {
  const [transcripts, results, lags]: [number[], number[], number[]] = [[], [], []];
  let withdrawn = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const speech = utterances[round % utterances.length] ?? quiet(0);
    const lead = quiet(300);
    const said = (lead.length + speech.length) / (RATE / 1000);
    const told = await speakTo(messagesOf(engine.stream({ sampleRate: RATE, language: 'fr', words: true, preflight: true })), { pcm: joined([lead, speech, quiet(1_500)]), sampleRate: RATE });
    const after = afterSpeech(told, said);
    transcripts.push(...after.transcript);
    results.push(...after.result);
    lags.push(...partialLag(told));
    withdrawn += after.withdrawn;
  }
  return { seconds: mean(utterances.map(({ length }) => length)) / RATE, transcript: distribution(transcripts), result: distribution(results), partialLag: distribution(lags), void: withdrawn };
}

/** The stream of an engine, without what it tells the chain alone. */
function messagesOf(stream: EngineStream): Listener {
  return {
    push: (pcm) => stream.push(pcm),
    end: () => stream.end(),
    async *[Symbol.asyncIterator]() {
      for await (const { message } of stream) if (message !== undefined) yield message;
    },
  };
}

async function stageTimes(engine: WhisperEngine, utterances: readonly Int16Array[]): Promise<SttFigures['stages'][number]> {
  const runs: Utterance[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await engine.recognise({ audio: utterances[round % utterances.length] ?? quiet(0), language: 'fr', words: true }, PRIORITY.rest));
  const p50 = (stage: keyof Utterance['timings']): number => distribution(runs.map(({ timings }) => timings[stage])).p50;
  return { seconds: mean(utterances.map(({ length }) => length)) / RATE, mel: p50('mel'), encode: p50('encode'), decode: p50('decode'), align: p50('align'), tokens: mean(runs.map(({ tokens }) => tokens.length)) };
}

async function accuracy(engine: WhisperEngine, spoken: readonly Int16Array[]): Promise<Pick<SttFigures, 'rtf' | 'wordErrorRate'>> {
  let [processing, duration] = [0, 0];
  const rate = async (set: readonly { pcm: Int16Array; transcript: string }[]): Promise<number | undefined> => {
    let [errors, total] = [0, 0];
    for (const { pcm, transcript } of set) {
      const began = performance.now();
      const { text } = await engine.transcribe(toFloat(pcm), { language: 'fr', words: true, priority: PRIORITY.rest });
      processing += (performance.now() - began) / 1000;
      duration += pcm.length / RATE;
      const words = plainWords(transcript).length;
      errors += wordErrorRate(transcript, text) * words;
      total += words;
    }
    return total === 0 ? undefined : errors / total;
  };
  const human = existsSync(HUMAN_COMMANDS) ? await rate(readHumanSpeech(HUMAN_COMMANDS, RATE).map(({ sound, transcript }) => ({ pcm: sound.pcm, transcript }))) : undefined;
  const synthetic = await rate(SENTENCES.map((transcript, index) => ({ transcript, pcm: joined([quiet(300), spoken[index] ?? quiet(0), quiet(300)]) })));
  return { rtf: processing / duration, wordErrorRate: { human, synthetic: synthetic ?? NaN } };
}

async function wordTimes(engine: WhisperEngine): Promise<SttFigures['wordTimes']> {
  const known = await KnownSpeech.load(THREADS);
  const starts: number[] = [];
  const ends: number[] = [];
  let words = 0;
  for (const sentence of SENTENCES) {
    const speech = await known.say(sentence);
    if (speech === undefined) continue;
    words += speech.words.length;
    const lead = 0.3;
    const { words: found } = await engine.recognise({ audio: joined([quiet(lead * 1000), speech.pcm, quiet(300)]), language: 'fr', words: true }, PRIORITY.rest);
    let next = 0;
    for (const { word, start, end } of speech.words) {
      const place = found.slice(next, next + 4).findIndex((candidate) => plainWords(candidate.word).join() === plainWords(word).join());
      const match = found[next + place];
      if (place === -1 || match === undefined) continue;
      starts.push(Math.abs(match.start - lead - start) * 1000);
      ends.push(Math.abs(match.end - lead - end) * 1000);
      next += place + 1;
    }
  }
  return { start: distribution(starts), end: distribution(ends), matched: starts.length, words };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
