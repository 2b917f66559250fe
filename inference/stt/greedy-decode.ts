import { ANY_LANGUAGE } from '../../protocol/languages.ts';
import type { HeardLanguage } from './engine.ts';
import { truncated, type AudioFeatures, type WhisperModel } from './whisper-model.ts';

export interface DecodeOptions {
  /** ISO 639-1, or ANY_LANGUAGE. */
  readonly language: string;
  /** Tokens that an earlier hypothesis about the beginning of this audio had: checked all at once instead of one by one. */
  readonly draft?: readonly number[];
  /** Whether the attention is wanted, for word times. */
  readonly attention: boolean;
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
}

export interface Decoded {
  /** Of the text, without prompt and end. */
  readonly tokens: readonly number[];
  /** Natural logarithm of each token's probability; one more than tokens where the end of text was reached. */
  readonly logProbs: readonly number[];
  /** 0 … 1, that there is no speech in the audio. */
  readonly noSpeech: number;
  /** Where ANY_LANGUAGE was asked for. */
  readonly heardLanguage: HeardLanguage | undefined;
  /** It had begun to repeat itself and was stopped. */
  readonly looped: boolean;
  /** For each logProb the scores of the alignment heads over the audio's positions. */
  readonly attention: readonly Float32Array[];
}

/**
 * The likeliest token at each step. A draft costs one run of the decoder for all its tokens that prove right, and
 * changes nothing else.
 *
 * The instructions are read in a run of their own: what the decoder makes of them is so much larger than what it makes
 * of words that, quantised with it, the words of the same run would lose precision (8 of 30 transcripts changed by
 * their draft, against 1).
 */
export async function greedyDecode(model: WhisperModel, features: AudioFeatures, { language, draft = [], attention, maxTokens, signal }: DecodeOptions): Promise<Decoded> {
  const { tokenizer, vocabulary } = model;
  const tokens: number[] = [];
  const logProbs: number[] = [];
  const rows: Float32Array[] = [];
  const heardLanguage = language === ANY_LANGUAGE ? await hearLanguage(model, features) : undefined;
  const spoken = tokenizer.language(heardLanguage?.language ?? language);
  const instructed = await model.decode(features, model.emptyCache, [tokenizer.startOfTranscript, spoken, tokenizer.transcribe], false);
  const noSpeech = Math.exp(logProbability(instructed.logits.subarray(0, vocabulary), tokenizer.noSpeech));
  let { cache } = instructed;
  let input: readonly number[] = [tokenizer.noTimestamps, ...draft.slice(0, maxTokens - 1)];
  for (;;) {
    signal?.throwIfAborted();
    const read = cache.length;
    const step = await model.decode(features, cache, input, attention);
    for (let row = 0; ; ) {
      const { token, logProb } = likeliest(step.logits, row * vocabulary, tokens.length === 0 ? model.firstMask : model.textMask);
      logProbs.push(logProb);
      if (step.attention) rows.push(attentionRow(step.attention, row, input.length, features.positions));
      if (token === tokenizer.endOfText) return { tokens, logProbs, noSpeech, heardLanguage, looped: false, attention: rows };
      tokens.push(token);
      const repeated = repetition(tokens);
      if (repeated > 0 || tokens.length >= maxTokens) return { tokens: tokens.slice(0, tokens.length - repeated), logProbs, noSpeech, heardLanguage, looped: repeated > 0, attention: rows };
      row += 1;
      if (input[row] === token) continue;
      cache = truncated(step.cache, read + row);
      break;
    }
    input = tokens.slice(-1);
  }
}

/** What the decoder would begin a transcript with: one step for all languages (openai/whisper `decoding.py`, `detect_language`). */
async function hearLanguage(model: WhisperModel, features: AudioFeatures): Promise<HeardLanguage> {
  const { logits } = await model.decode(features, model.emptyCache, [model.tokenizer.startOfTranscript], false);
  const scored = model.tokenizer.languages().map(({ language, token }) => ({ language, score: logits[token] as number }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  const sum = scored.reduce((total, { score }) => total + Math.exp(score - best.score), 0);
  return { language: best.language, probability: 1 / sum };
}

function likeliest(logits: Float32Array, offset: number, mask: Float32Array): { token: number; logProb: number } {
  let token = 0;
  let best = -Infinity;
  for (let id = 0; id < mask.length; id++) {
    const value = (logits[offset + id] as number) + (mask[id] as number);
    if (value > best) {
      best = value;
      token = id;
    }
  }
  let sum = 0;
  for (let id = 0; id < mask.length; id++) {
    const below = (logits[offset + id] as number) + (mask[id] as number) - best;
    if (below > -20) sum += Math.exp(below);
  }
  return { token, logProb: -Math.log(sum) };
}

function logProbability(logits: Float32Array, token: number): number {
  const best = logits.reduce((a, b) => Math.max(a, b));
  const sum = logits.reduce((total, value) => total + Math.exp(value - best), 0);
  return (logits[token] as number) - best - Math.log(sum);
}

function attentionRow(attention: Float32Array, row: number, rows: number, positions: number): Float32Array {
  const heads = attention.length / (rows * positions);
  const result = new Float32Array(heads * positions);
  for (let head = 0; head < heads; head++) {
    const from = (head * rows + row) * positions;
    result.set(attention.subarray(from, from + positions), head * positions);
  }
  return result;
}

/** Tokens at the end that repeat what stands before them: people say "non non non", nobody says it eight times. */
const LOOP_TOKENS = 8;
const LONGEST_PHRASE = 32;

/** How many tokens at the end are repetitions; 0 while it may still be speech. */
export function repetition(tokens: readonly number[]): number {
  for (let phrase = 1; phrase <= LONGEST_PHRASE; phrase++) {
    const copies = Math.max(3, Math.ceil(LOOP_TOKENS / phrase)); // beyond the first
    const tail = copies * phrase;
    if (tokens.length < tail + phrase) return 0;
    let same = true;
    for (let i = tokens.length - tail; same && i < tokens.length; i++) same = tokens[i] === tokens[i - phrase];
    if (same) return tail;
  }
  return 0;
}
