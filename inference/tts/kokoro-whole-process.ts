import { InferenceSession, Tensor } from 'onnxruntime-node';
import { splitClauses } from '../../protocol/clauses.ts';
import { bindTo, gpus, usedMbOf } from '../process/gpu.ts';
import type { LoadedEngine } from '../process/messages.ts';
import { KokoroAlphabet, KokoroStyles, MAX_TOKENS, STYLE_WIDTH } from './kokoro-styles.ts';
import { Phonemizer } from './phonemes.ts';
import { toPcm } from './to-speech-rate.ts';
import type { Voice } from './voices.ts';

export interface KokoroWholeOptions {
  /** The whole model: tokens, style, speed → audio; its weights may be in float16 or int8. */
  readonly model: string;
  /** Folder with vocab.json and voices/. */
  readonly models: string;
  readonly voices: readonly Pick<Voice, 'id' | 'language' | 'gain' | 'share'>[];
  readonly device: { readonly kind: 'cpu'; readonly threads: number } | { readonly kind: 'cuda'; readonly uuid: string };
  /** The GPU whose memory is watched while the model is loaded; none for a CPU. */
  readonly watch?: { readonly uuid: string; readonly limitMb: number; readonly nvidiaSmi: string };
}

export interface KokoroWholeArgs {
  readonly text: string;
  readonly voice: string;
  readonly language: string;
  readonly speed: number;
}

/** Up to here a text is said in one: the caller has divided it already. */
const ONE_BREATH = 200;

/** Kokoro-82M (Apache-2.0) as published, which gives a clause's sound all at once: for a GPU, where that is soon. */
export async function load({ model, models, voices, device, watch }: KokoroWholeOptions): Promise<LoadedEngine> {
  if (device.kind === 'cuda') bindTo(device.uuid);
  const freeBefore = watch === undefined ? 0 : await freeMb(watch);
  const session = await InferenceSession.create(model, {
    executionProviders: device.kind === 'cuda' ? [{ name: 'cuda', deviceId: 0 }, 'cpu'] : ['cpu'],
    intraOpNumThreads: device.kind === 'cpu' ? device.threads : 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  mustBeKokoro(session);
  const alphabet = new KokoroAlphabet(models);
  const speakers = new Map(voices.map((voice) => [voice.id, { styles: new KokoroStyles(models, voice), gain: voice.gain }]));
  const phonemizer = new Phonemizer();
  phonemizer.warm(new Set(voices.map(({ language }) => language)));

  async function say(tokens: readonly number[], style: Float32Array, speed: number): Promise<Float32Array> {
    const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
    const { audio } = await session.run({
      tokens: new Tensor('int64', padded, [1, padded.length]),
      style: new Tensor('float32', style, [1, STYLE_WIDTH]),
      speed: new Tensor('float32', [speed], [1]),
    });
    if (audio?.data instanceof Float32Array) return audio.data;
    throw new Error('the model gives audio of an unexpected type');
  }

  async function* synthesize({ text, voice, language, speed }: KokoroWholeArgs, signal: AbortSignal): AsyncGenerator<Int16Array> {
    const speaker = speakers.get(voice);
    if (speaker === undefined) throw new Error(`no voice ${voice}`);
    for (const clause of text.length <= ONE_BREATH ? [text] : splitClauses(text)) {
      if (signal.aborted) return;
      const tokens = alphabet.tokens(await phonemizer.phonemes(clause, language));
      if (tokens.length > 0) yield toPcm(await say(tokens, speaker.styles.of(tokens.length), speed), speaker.gain);
    }
  }

  // The first run is slow. Where memory is short, the longest clause shows now what it takes, not in a conversation.
  const [first] = speakers.values();
  const length = watch === undefined ? 10 : MAX_TOKENS;
  const [token = 1] = alphabet.tokens('a');
  if (first !== undefined) toPcm(await say(new Array<number>(length).fill(token), first.styles.of(length), 1));
  // Other processes take and give as well: the difference tells only where the driver does not know us by our number.
  const takenMb = watch === undefined ? undefined : ((await usedMbOf(process.pid, { program: watch.nvidiaSmi })) ?? freeBefore - (await freeMb(watch)));
  if (watch !== undefined && takenMb !== undefined && takenMb > watch.limitMb) throw new Error(`it takes ${String(takenMb)} MB of the GPU, which is more than the ${String(Math.floor(watch.limitMb))} MB that it may`);
  return { info: { device: device.kind, takenMb, voices: voices.map(({ id }) => id) }, methods: { synthesize } };
}

async function freeMb({ uuid, nvidiaSmi }: NonNullable<KokoroWholeOptions['watch']>): Promise<number> {
  const gpu = (await gpus({ program: nvidiaSmi, env: {} })).find((found) => found.uuid === uuid);
  if (gpu === undefined) throw new Error('the GPU is not there any more');
  return gpu.freeMb;
}

/** @throws when it is another model: its file was put there by hand */
function mustBeKokoro({ inputMetadata, outputNames }: InferenceSession): void {
  const types = new Map(inputMetadata.map((input) => [input.name, input.isTensor ? input.type : '']));
  if (types.get('tokens') === 'int64' && types.get('style') === 'float32' && types.get('speed') === 'float32' && outputNames.includes('audio')) return;
  throw new Error('the file is not the Kokoro model that is wanted (tokens, style, speed → audio)');
}
