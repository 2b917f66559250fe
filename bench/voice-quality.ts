/**
 * How good Kokoro's voices are, streamed as they are heard and, where SOURCE is given, against the model in one piece:
 *
 *     node bench/voice-quality.ts [SOURCE PYTHON]
 *
 * SOURCE is as for ops/setup/models/kokoro_calibrate.py, PYTHON has that script's packages. The figures of
 * docs/speech-synthesis.md come from here.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createLogger } from '../core/log.ts';
import { inHome, ROOT } from '../core/paths.ts';
import { ComputeGate } from '../inference/process/compute-gate.ts';
import { HOP, LogMel, MEL_BANDS } from '../inference/stt/log-mel.ts';
import { recogniserOf } from '../inference/stt/recogniser.ts';
import { WhisperEngine } from '../inference/stt/whisper.ts';
import { load } from '../inference/tts/kokoro-process.ts';
import { normalise } from '../inference/tts/normalise.ts';
import { Phonemizer } from '../inference/tts/phonemes.ts';
import { VOICES, type Voice } from '../inference/tts/voices.ts';
import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';
import { joined } from '../protocol/pcm.ts';
import { COACHING_SENTENCES } from '../tests/support/coaching-sentences.ts';
import { activeLoudness, medianPitch } from '../tests/support/speech-engines.ts';
import { resample } from '../tests/support/speech-fr.ts';
import { plainWords, wordErrorRate } from '../core/word-error-rate.ts';

const [source, python = 'python3'] = process.argv.slice(2);
const THREADS = 2;
const FRAME = 300;
/** How far into the model's own audio the streamed one may begin: silence that is not computed. */
const LONGEST_LEAD = 80 * FRAME;
/** Around a seam, 10 ms: where it would be heard. */
const SEAM = 240;

const log = createLogger('bench', 'silent');
const whisper = recogniserOf([new WhisperEngine({ threads: THREADS, log, gate: new ComputeGate(1) })], { language: 'fr', log, registry: new Registry() });
const phonemizer = new Phonemizer();
const engine = await load({ models: inHome('models/kokoro'), threads: THREADS, voices: VOICES });
const synthesize = engine.methods['synthesize'] as (args: object) => AsyncIterable<Int16Array>;
async function measured(voice: Voice): Promise<string> {
  const sentences = COACHING_SENTENCES[voice.language];
  const texts = sentences.map((sentence) => normalise(sentence, voice.language));
  const whole = source === undefined ? undefined : await inOnePiece(voice, texts, source);
  const all: Record<string, number[]> = {};
  const note = (name: string, ...values: number[]): void => void (all[name] ??= []).push(...values);
  let [words, streamedErrors, wholeErrors] = [0, 0, 0];
  for (const [index, text] of texts.entries()) {
    const chunks: Int16Array[] = [];
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    let firstAudio = 0;
    for await (const chunk of synthesize({ text, voice: voice.id, language: voice.language, speed: 1 })) {
      if (chunks.length === 0) firstAudio = performance.now() - began;
      chunks.push(chunk);
    }
    const used = process.cpuUsage(cpu);
    const pcm = joined(chunks);
    const seconds = pcm.length / SPEECH_SAMPLE_RATE;
    note('rtf', (performance.now() - began) / 1_000 / seconds);
    note('cpu', (used.user + used.system) / 1e6 / seconds);
    note('firstAudio', firstAudio);
    note('loudness', activeLoudness(pcm));
    note('pitch', medianPitch(pcm));
    const seams = chunks.slice(0, -1).map(((at) => (chunk: Int16Array) => (at += chunk.length))(0));
    note('seamKink', ...seams.map((at) => kinkRank(pcm, at)));
    const count = plainWords(text).length;
    words += count;
    streamedErrors += (await errorRate(text, pcm, voice.language)) * count;
    const reference = whole?.[index];
    if (reference === undefined) continue;
    wholeErrors += (await errorRate(text, reference, voice.language)) * count;
    const [gain, aligned] = alignedTo(pcm, reference);
    note('correlation', correlation(pcm, aligned));
    note('mel', melDistance(pcm, Int16Array.from(aligned, (sample) => gain * sample)));
    note('seamError', ...seams.map((at) => errorAt(pcm, aligned, gain, at)));
    for (let at = SEAM; at < pcm.length - SEAM; at += 7 * FRAME) if (seams.every((seam) => Math.abs(seam - at) > 4 * SEAM)) note('insideError', errorAt(pcm, aligned, gain, at));
  }
  const figures = [
    `${voice.id}: word error rate streamed ${percent(streamedErrors / words)}${whole === undefined ? '' : `, in one piece ${percent(wholeErrors / words)}`} of ${String(words)} words`,
    ...(whole === undefined ? [] : [`correlation ${median(all['correlation']).toFixed(3)}, mel spectra ${median(all['mel']).toFixed(1)} dB apart`, `error around seams ${median(all['seamError']).toFixed(1)} dB, elsewhere ${median(all['insideError']).toFixed(1)} dB`]),
    `bend of the wave at seams: rank ${median(all['seamKink']).toFixed(2)} among its neighbours (0.5: like any)`,
    `loudness ${median(all['loudness']).toFixed(1)} dB, pitch ${median(all['pitch']).toFixed(0)} Hz`,
    `first audio ${median(all['firstAudio']).toFixed(0)} ms, RTF ${median(all['rtf']).toFixed(3)} (least ${Math.min(...(all['rtf'] ?? [])).toFixed(3)}), CPU ${median(all['cpu']).toFixed(3)} s a second of speech`,
  ];
  return figures.join('\n  ');
}

/** What the model in one piece makes of the same phonemes. */
async function inOnePiece({ id, language, share }: Voice, texts: readonly string[], from: string): Promise<Int16Array[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eloquence-whole-'));
  try {
    const lines: string[] = [];
    for (const text of texts) lines.push(await phonemizer.phonemes(text, language));
    writeFileSync(join(folder, 'phonemes'), lines.join('\n'));
    const blend = share === undefined ? [] : [share.of, String(share.timbre), String(share.prosody)];
    execFileSync(python, [join(ROOT, 'ops/setup/models/kokoro_whole.py'), from, join(folder, 'phonemes'), folder, id, ...blend], { stdio: 'inherit' });
    return texts.map((_, index) => {
      const bytes = readFileSync(join(folder, `${String(index).padStart(2, '0')}.f32`));
      return Int16Array.from(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), (sample) => 32_767 * Math.max(-1, Math.min(1, sample)));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function errorRate(text: string, pcm: Int16Array, language: string): Promise<number> {
  const heard = await whisper.transcribe(atRecognitionRate(pcm), { language, words: false });
  return wordErrorRate(text, heard.text);
}

function atRecognitionRate(pcm: Int16Array): Float32Array {
  return Float32Array.from(resample({ pcm, sampleRate: SPEECH_SAMPLE_RATE }, 16_000).pcm, (sample) => sample / 32_768);
}

/** The part of `reference` that `pcm` is, found by the best correlation a whole number of frames in; and the gain between them. */
function alignedTo(pcm: Int16Array, reference: Int16Array): [gain: number, part: Int16Array] {
  let best = { strength: -1, lead: 0 };
  for (let lead = 0; lead <= LONGEST_LEAD; lead += FRAME) {
    const strength = correlation(pcm, reference.subarray(lead, lead + pcm.length));
    if (strength > best.strength) best = { strength, lead };
  }
  const part = reference.subarray(best.lead, best.lead + pcm.length);
  return [product(pcm, part) / product(part, part), part];
}

function product(a: Int16Array, b: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

const correlation = (a: Int16Array, b: Int16Array): number => product(a, b) / Math.sqrt(product(a, a) * product(b, b) + 1);

/** Mean distance of 80 mel bands, dB, over frames where there is speech. */
function melDistance(a: Int16Array, b: Int16Array): number {
  const frames = Math.floor(((Math.min(a.length, b.length) / SPEECH_SAMPLE_RATE) * 16_000) / HOP);
  const [left, right] = [a, b].map((pcm) => new LogMel().spectrogram(atRecognitionRate(pcm), frames));
  if (left === undefined || right === undefined) return NaN;
  const decibels = (rows: Float32Array, band: number, frame: number): number => 40 * (rows[band * frames + frame] ?? 0);
  const bands = Array.from({ length: MEL_BANDS }, (_, band) => band);
  const loudness = Array.from({ length: frames }, (_, frame) => bands.reduce((most, band) => Math.max(most, decibels(right, band, frame)), -Infinity));
  const loudest = loudness.reduce((a, b) => Math.max(a, b), -Infinity);
  const spoken = loudness.flatMap((value, frame) => (value > loudest - 40 ? [frame] : []));
  return mean(spoken.map((frame) => mean(bands.map((band) => Math.abs(decibels(left, band, frame) - decibels(right, band, frame))))));
}

/** Energy of the difference in the 20 ms around `at`, against that of the reference, dB. */
function errorAt(pcm: Int16Array, reference: Int16Array, gain: number, at: number): number {
  let [difference, energy] = [1, 1];
  for (let i = at - SEAM; i < at + SEAM; i += 1) {
    difference += ((pcm[i] ?? 0) - gain * (reference[i] ?? 0)) ** 2;
    energy += (gain * (reference[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(difference / energy);
}

/** How the bend of the wave (second difference) at `at` ranks among those of the 20 ms around it: 0 none is smaller, 1 all are. */
function kinkRank(pcm: Int16Array, at: number): number {
  const bend = (i: number): number => Math.abs((pcm[i - 1] ?? 0) - 2 * (pcm[i] ?? 0) + (pcm[i + 1] ?? 0));
  const here = Math.max(bend(at - 1), bend(at));
  const pairs = Array.from({ length: 2 * SEAM }, (_, n) => Math.max(bend(at - SEAM + n - 1), bend(at - SEAM + n)));
  return pairs.filter((other) => other < here).length / pairs.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

await whisper.ready();
for (const voice of VOICES) console.log(await measured(voice));
phonemizer.close();
await whisper.close();
process.exit(0); // the engine keeps a program waiting for its next text
