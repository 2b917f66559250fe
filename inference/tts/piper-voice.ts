import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';

/** The part of a voice's `.onnx.json` that speaking takes (github.com/OHF-Voice/piper1-gpl, docs/TRAINING.md). */
const PiperSettings = Type.Object({
  audio: Type.Object({ sample_rate: Type.Integer({ minimum: 8_000, maximum: 48_000 }) }),
  espeak: Type.Object({ voice: Type.String({ minLength: 1 }) }),
  phoneme_type: Type.Optional(Type.Literal('espeak')),
  inference: Type.Object({ noise_scale: Type.Number(), length_scale: Type.Number(), noise_w: Type.Number() }),
  phoneme_id_map: Type.Record(Type.String(), Type.Array(Type.Integer())),
  speaker_id_map: Type.Optional(Type.Record(Type.String(), Type.Integer())),
});
export type PiperSettings = Static<typeof PiperSettings>;

/** A Piper voice that speaks one of ours. */
export interface PiperVoice {
  /** Ours */
  readonly id: string;
  /** The .onnx; its settings lie beside it, with `.json` after the name. */
  readonly model: string;
  /** One of those that the model speaks with, by its name. */
  readonly speaker?: string;
}

/** Variants of a voice, best first, as Piper names them. */
const QUALITIES = ['high', 'medium', 'low', 'x_low'];

/**
 * Which of our voices can be spoken with the files in `folder`.
 * @param names our voice: theirs, e.g. `fr_FR-siwis` (its best variant), `fr_FR-siwis-low` or `fr_FR-upmc-medium/pierre`
 */
export function findPiperVoices(folder: string, names: Readonly<Record<string, string>>): PiperVoice[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return Object.entries(names).flatMap(([id, name]) => {
    const [voice = '', speaker] = name.split('/');
    const file = ['', ...QUALITIES.map((quality) => `-${quality}`)].map((suffix) => `${voice}${suffix}.onnx`).find((candidate) => files.includes(candidate) && files.includes(`${candidate}.json`));
    return file === undefined ? [] : { id, model: join(folder, file), ...(speaker === undefined ? {} : { speaker }) };
  });
}

/** @throws Error where the file does not say what is needed */
export function readPiperSettings(model: string): PiperSettings {
  const settings: unknown = JSON.parse(readFileSync(`${model}.json`, 'utf8'));
  if (Value.Check(PiperSettings, settings)) return settings;
  const [fault] = Value.Errors(PiperSettings, settings);
  throw new Error(`${model}.json is not the settings of a Piper voice: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`);
}
