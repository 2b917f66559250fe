import type { Segment, Word } from '../../protocol/transcript.ts';
import { initialState, LEAST_VOICED, next, type EndpointerAction } from './endpointer.ts';
import { later, STT_SAMPLE_RATE, type Recognition, type RecognitionOptions } from './engine.ts';
import { toPcm } from './pcm.ts';
import type { UtteranceRecogniser } from './recognition-stream.ts';
import { SpeakersLanguage } from './speakers-language.ts';
import { freshMemory, VAD_WINDOW } from './vad.ts';

const WINDOWS_PER_SECOND = STT_SAMPLE_RATE / VAD_WINDOW;
/** Whole files are cut at pauses of this length, and at the best one when 25 s have passed without. */
const ENDPOINTS = { endpoint: Math.round(0.8 * WINDOWS_PER_SECOND), longest: Math.floor(25 * WINDOWS_PER_SECOND) };
/** Voice activity is asked for this much of a file at a time. */
const VAD_SLAB = 300 * VAD_WINDOW;

/** A file of any length by an engine that hears one utterance at a time. */
export async function recogniseFile(engine: UtteranceRecogniser, audio: Float32Array, { language, words, priority }: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
  const pcm = toPcm(audio);
  const segments: Segment[] = [];
  const allWords: Word[] = [];
  const confidences: number[] = [];
  const speaker = new SpeakersLanguage(language);
  for (const { from, to } of await utterances(engine, pcm, signal)) {
    const offset = from / STT_SAMPLE_RATE;
    const utterance = await engine.recognise({ audio: pcm.slice(from, to), language: speaker.asked, words }, priority, signal);
    if (utterance.text === '') continue;
    speaker.take(utterance.heardLanguage);
    segments.push({ start: offset, end: Math.min(to, pcm.length) / STT_SAMPLE_RATE, text: utterance.text });
    allWords.push(...utterance.words.map((word) => later(word, offset)));
    confidences.push(utterance.confidence);
  }
  return {
    text: segments.map(({ text }) => text).join(' '),
    segments,
    words: allWords,
    confidence: confidences.reduce((a, b) => a + b, 0) / Math.max(1, confidences.length),
    ...(speaker.heard && { heardLanguage: speaker.heard }),
  };
}

/** The stretches of speech, in samples. */
async function utterances(engine: UtteranceRecogniser, pcm: Int16Array, signal?: AbortSignal): Promise<{ from: number; to: number }[]> {
  const actions: EndpointerAction[] = [];
  let state = initialState;
  let memory = freshMemory();
  const advance = (event: Parameters<typeof next>[1]): void => {
    const step = next(state, event, ENDPOINTS);
    state = step.state;
    actions.push(...step.actions);
  };
  for (let from = 0; from < pcm.length; from += VAD_SLAB) {
    const slab = new Int16Array(Math.ceil(Math.min(VAD_SLAB, pcm.length - from) / VAD_WINDOW) * VAD_WINDOW); // silence fills the last window
    slab.set(pcm.subarray(from, from + VAD_SLAB));
    const reply = await engine.voice(slab, memory, signal);
    memory = reply.memory;
    for (const probability of reply.probabilities) advance({ kind: 'window', probability });
  }
  advance({ kind: 'end' });
  return actions.flatMap((action) => (action.kind === 'ended' && action.voiced >= LEAST_VOICED ? [{ from: action.from * VAD_WINDOW, to: action.to * VAD_WINDOW }] : []));
}
