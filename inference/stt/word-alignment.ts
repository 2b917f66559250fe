import type { Word } from '../../protocol/transcript.ts';
import type { Decoded } from './greedy-decode.ts';
import type { Tokenizer } from './tokenizer.ts';
import { SAMPLES_PER_POSITION } from './whisper-model.ts';
import { STT_SAMPLE_RATE } from './engine.ts';

/** Positions of the median filter that smooths the attention (openai/whisper `timing.py`). */
const FILTER = 7;
const SECONDS_PER_POSITION = SAMPLES_PER_POSITION / STT_SAMPLE_RATE;
/** The attention runs ahead of the sound; offsets in s fitted on synthetic speech with known times. */
const START_OFFSET = 0.1;
const END_OFFSET = 0.06;
/** 10 ms frames quieter than this, relative to the loudest, hold no edge of a word. */
const QUIET_DECIBELS = -35;

/**
 * When each word was said, from the attention that the decoder paid to the audio while it wrote the word
 * (dynamic time warping, openai/whisper `timing.py`), corrected towards where there is sound.
 *
 * @param positions encoder positions in all, of which the audio covers the first ones
 * @returns words in order; joined by spaces they are the text
 */
export function alignWords({ tokens, logProbs, attention }: Decoded, tokenizer: Tokenizer, audio: Float32Array, positions: number): Word[] {
  const heard = Math.max(FILTER + 1, Math.min(positions, Math.ceil(audio.length / SAMPLES_PER_POSITION)));
  const rows = attention.slice(0, tokens.length + 1); // the last row, the end of text, closes the last word
  const jumps = warp(agreement(rows, positions, heard), rows.length, heard).map((position) => position * SECONDS_PER_POSITION);
  const duration = audio.length / STT_SAMPLE_RATE;
  const loud = loudFrames(audio);
  return wordSpans(tokens, tokenizer).map(({ from, to, text }, index) => {
    const start = jumps[from] ?? 0;
    const end = Math.max(start, jumps[Math.min(to, rows.length - 1)] ?? duration);
    const meanLogProb = mean(logProbs.slice(from, to));
    return { word: text, ...corrected(start, end, duration, loud, index === 0), conf: round(Math.exp(meanLogProb)) };
  });
}

interface WordSpan {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Tokens from one space to the next. What has no letter or digit (" ?", " »") belongs to the word before it. */
function wordSpans(tokens: readonly number[], tokenizer: Tokenizer): WordSpan[] {
  const spans: WordSpan[] = [];
  for (const [index, token] of tokens.entries()) {
    const last = spans.at(-1);
    const opens = last === undefined || (tokenizer.startsWord(token) && /[\p{L}\p{N}«"(]/u.test(wordFrom(tokens, index, tokenizer)) && /[\p{L}\p{N}]/u.test(last.text));
    if (opens) spans.push({ from: index, to: index + 1, text: tokenizer.decode([token]).trim() });
    else spans.splice(-1, 1, { from: last.from, to: index + 1, text: tokenizer.decode(tokens.slice(last.from, index + 1)).trim() });
  }
  return spans;
}

/** Text from `index` up to the next space. */
function wordFrom(tokens: readonly number[], index: number, tokenizer: Tokenizer): string {
  let end = index + 1;
  while (end < tokens.length && !tokenizer.startsWord(tokens[end] as number)) end += 1;
  return tokenizer.decode(tokens.slice(index, end));
}

/** Softmax over the audio, standardised over the tokens, median-filtered and averaged over the heads: [rows, heard]. */
function agreement(rows: readonly Float32Array[], positions: number, heard: number): Float32Array {
  const count = rows.length;
  const result = new Float32Array(count * heard);
  const weights = new Float32Array(count * heard);
  const neighbours = new Float32Array(FILTER);
  const heads = (rows[0]?.length ?? 0) / positions;
  for (let head = 0; head < heads; head++) {
    for (const [row, scores] of rows.entries()) softmax(scores.subarray(head * positions, head * positions + heard), weights.subarray(row * heard, (row + 1) * heard));
    for (let column = 0; column < heard; column++) standardiseColumn(weights, column, heard, count);
    for (let row = 0; row < count; row++)
      for (let column = 0; column < heard; column++) {
        for (let i = 0; i < FILTER; i++) neighbours[i] = weights[row * heard + mirrored(column + i - (FILTER - 1) / 2, heard)] as number;
        neighbours.sort();
        result[row * heard + column] = (result[row * heard + column] as number) + (neighbours[(FILTER - 1) / 2] as number) / heads;
      }
  }
  return result;
}

function softmax(scores: Float32Array, result: Float32Array): void {
  let best = -Infinity;
  for (const score of scores) if (score > best) best = score;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += result[i] = Math.exp((scores[i] as number) - best);
  for (let i = 0; i < scores.length; i++) result[i] = (result[i] as number) / sum;
}

function standardiseColumn(weights: Float32Array, column: number, width: number, count: number): void {
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < count; row++) sum += weights[row * width + column] as number;
  const average = sum / count;
  for (let row = 0; row < count; row++) squares += ((weights[row * width + column] as number) - average) ** 2;
  const deviation = Math.sqrt(squares / count) || 1e-9;
  for (let row = 0; row < count; row++) weights[row * width + column] = ((weights[row * width + column] as number) - average) / deviation;
}

const mirrored = (index: number, length: number): number => (index < 0 ? -index : index >= length ? 2 * length - 2 - index : index);

const DIAGONAL = 0;
const NEXT_ROW = 1;
const NEXT_COLUMN = 2;

/** Dynamic time warping: the path of greatest agreement from the first row and column to the last; where it enters each row. */
function warp(gain: Float32Array, rows: number, columns: number): number[] {
  const width = columns + 1;
  const cost = new Float32Array((rows + 1) * width).fill(Infinity);
  const from = new Uint8Array((rows + 1) * width);
  cost[0] = 0;
  for (let column = 1; column <= columns; column++)
    for (let row = 1; row <= rows; row++) {
      const here = row * width + column;
      const diagonal = cost[here - width - 1] as number;
      const above = cost[here - width] as number;
      const left = cost[here - 1] as number;
      const step = diagonal < above && diagonal < left ? DIAGONAL : above < diagonal && above < left ? NEXT_ROW : NEXT_COLUMN;
      from[here] = step;
      cost[here] = (step === DIAGONAL ? diagonal : step === NEXT_ROW ? above : left) - (gain[(row - 1) * columns + column - 1] as number);
    }
  from.fill(NEXT_COLUMN, 0, width);
  for (let row = 0; row <= rows; row++) from[row * width] = NEXT_ROW;
  const entered = new Array<number>(rows).fill(0);
  for (let row = rows, column = columns; row > 0 || column > 0; ) {
    if (row > 0) entered[row - 1] = Math.max(0, column - 1);
    const step = from[row * width + column];
    if (step !== NEXT_COLUMN) row -= 1;
    if (step !== NEXT_ROW) column -= 1;
  }
  return entered;
}

/** Whether each 10 ms of the audio is loud enough to be speech. */
function loudFrames(audio: Float32Array): boolean[] {
  const FRAME = 160;
  const energies = Array.from({ length: Math.floor(audio.length / FRAME) }, (_, frame) => {
    let sum = 0;
    for (let i = frame * FRAME; i < (frame + 1) * FRAME; i++) sum += (audio[i] as number) ** 2;
    return sum;
  });
  const threshold = Math.max(...energies) * 10 ** (QUIET_DECIBELS / 10);
  return energies.map((energy) => energy >= threshold);
}

/** Both edges moved by the known offsets, and inwards over silence. The first word may begin before its attention does. */
function corrected(start: number, end: number, duration: number, loud: readonly boolean[], first: boolean): { start: number; end: number } {
  let onset = Math.round((first ? 0 : start) * 100);
  const latest = Math.round(end * 100) - 2;
  while (onset < latest && !loud[onset]) onset += 1;
  const from = Math.max(Math.min(start + START_OFFSET, duration), Math.min(onset / 100, end));
  const to = Math.min(end + END_OFFSET, duration);
  let last = Math.round(to * 100) - 1;
  while (last > onset + 2 && !loud[last]) last -= 1;
  return { start: round(from), end: round(Math.max(from, Math.min(to, (last + 1) / 100))) };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
const round = (value: number): number => Math.round(value * 1000) / 1000;
