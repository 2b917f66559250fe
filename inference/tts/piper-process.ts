import { InferenceSession, Tensor } from 'onnxruntime-node';
import { splitClauses } from '../../protocol/clauses.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import { Resampler } from '../audio/resampler.ts';
import type { LoadedEngine } from '../process/messages.ts';
import { gainToShared } from './loudness.ts';
import { piperIds, piperPhonemes } from './piper-phonemes.ts';
import { readPiperSettings, type PiperSettings, type PiperVoice } from './piper-voice.ts';
import { toPcm } from './to-speech-rate.ts';

export interface PiperOptions {
  readonly voices: readonly PiperVoice[];
  readonly threads: number;
}

export interface PiperArgs {
  readonly text: string;
  /** Ours */
  readonly voice: string;
  readonly speed: number;
}

interface LoadedVoice {
  readonly session: InferenceSession;
  readonly settings: PiperSettings;
  readonly speaker: number;
}

/** Up to here a text is said in one: the caller has divided it already. */
const ONE_BREATH = 200;

/** Voices of Piper's (VITS, exported to ONNX). A clause's sound comes all at once. */
export async function load({ voices, threads }: PiperOptions): Promise<LoadedEngine> {
  const sessions = new Map<string, Promise<InferenceSession>>();
  const loaded = new Map<string, LoadedVoice>();
  for (const { id, model, speaker } of voices) {
    const session = sessions.get(model) ?? open(model, threads);
    sessions.set(model, session);
    const settings = readPiperSettings(model);
    loaded.set(id, { session: await session, settings, speaker: speaker === undefined ? 0 : speakerOf(settings, speaker) });
  }

  async function* synthesize({ text, voice, speed }: PiperArgs, signal?: AbortSignal): AsyncGenerator<Int16Array> {
    const speaker = loaded.get(voice);
    if (speaker === undefined) throw new Error(`no voice ${voice}`);
    const { settings } = speaker;
    for (const clause of text.length <= ONE_BREATH ? [text] : splitClauses(text)) {
      if (signal?.aborted === true) return;
      const phonemes = await piperPhonemes(clause, settings.espeak.voice);
      if (phonemes.length > 0) yield atSpeechRate(await say(speaker, piperIds(phonemes, settings), speed), settings.audio.sample_rate);
    }
  }

  // The first run of a session is slow: it is nobody's first clause.
  for (const { id } of voices) await Array.fromAsync(synthesize({ text: 'A.', voice: id, speed: 1 }));
  return { info: { voices: voices.map(({ id }) => id) }, methods: { synthesize } };
}

function open(model: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', extra: { session: { intra_op: { allow_spinning: '0' } } } });
}

function speakerOf({ speaker_id_map: speakers = {} }: PiperSettings, name: string): number {
  const speaker = speakers[name];
  if (speaker === undefined) throw new Error(`the voice has no speaker ${name}, only ${Object.keys(speakers).join(', ')}`);
  return speaker;
}

async function say({ session, settings: { inference }, speaker }: LoadedVoice, ids: readonly number[], speed: number): Promise<Float32Array> {
  const inputs = {
    input: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
    input_lengths: new Tensor('int64', [BigInt(ids.length)], [1]),
    scales: new Tensor('float32', [inference.noise_scale, inference.length_scale / speed, inference.noise_w], [3]),
    ...(session.inputNames.includes('sid') ? { sid: new Tensor('int64', [BigInt(speaker)], [1]) } : {}),
  };
  const result = await session.run(inputs);
  const audio = result[session.outputNames[0] ?? '']?.data;
  if (audio instanceof Float32Array) return audio;
  throw new Error('the voice gives audio of an unexpected type');
}

function atSpeechRate(samples: Float32Array, rate: number): Int16Array {
  const gain = gainToShared(samples, rate);
  const resampler = new Resampler(rate, SPEECH_SAMPLE_RATE);
  const [most, rest] = [resampler.push(samples), resampler.flush()];
  const whole = new Float32Array(most.length + rest.length);
  whole.set(most);
  whole.set(rest, most.length);
  return toPcm(whole, gain);
}
