import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** espeak-ng's sounds of French and English, in Piper's order of things: pause, beginning, end, then the rest. */
const SOUNDS = Array.from("_^$ !',-.:;?abdefhijklmnopstuvwyzçðøŋœɐɑɔəɛɜɡɣɪɲɹɾʁʃʊʌʒʔˈˌː\u0303\u0327\u0329θβ");

/** What `.onnx.json` says of the voice that make.py makes. */
export const PIPER_SETTINGS = {
  audio: { sample_rate: 22_050, quality: 'medium' },
  espeak: { voice: 'fr' },
  phoneme_type: 'espeak',
  inference: { noise_scale: 0.667, length_scale: 1, noise_w: 0.8 },
  num_speakers: 2,
  speaker_id_map: { jessica: 0, pierre: 1 },
  phoneme_id_map: Object.fromEntries(SOUNDS.map((sound, id) => [sound, [id]])),
};

/** Puts that voice into `folder` under `name`, e.g. `fr_FR-siwis-medium`. */
export function installPiperVoice(folder: string, name: string, settings: unknown = PIPER_SETTINGS): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(import.meta.dirname, 'voice.onnx'), join(folder, `${name}.onnx`));
  writeFileSync(join(folder, `${name}.onnx.json`), JSON.stringify(settings));
}
