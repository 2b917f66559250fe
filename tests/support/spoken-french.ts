import { createLogger } from '../../core/log.ts';
import { PRIORITY } from '../../inference/process/compute-gate.ts';
import { Pico } from '../../inference/tts/pico.ts';
import { joined } from '../../protocol/pcm.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import { resample } from './speech-fr.ts';
import { trim } from './sound.ts';

/** French to recognise, at 16 kHz: speech from the first sample to the last. The small voice says a text always alike, and fast. */
export class SpokenFrench {
  readonly #voice = new Pico({ log: createLogger('test') });

  async say(text: string): Promise<Int16Array> {
    await this.#voice.ready();
    const chunks: Int16Array[] = [];
    for await (const chunk of this.#voice.synthesize({ text, voice: 'ff_siwis', language: 'fr', speed: 1, priority: PRIORITY.firstClause })) chunks.push(chunk);
    return trim(resample({ pcm: joined(chunks), sampleRate: SPEECH_SAMPLE_RATE }, 16_000)).pcm;
  }

  close(): Promise<void> {
    return this.#voice.close();
  }
}

/** A quiet room: noise at −66 dB. Digital silence is no natural input. */
export function quiet(ms: number, sampleRate = 16_000): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: Math.round((ms * sampleRate) / 1000) }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed / 2_147_483_648 - 0.5) * 32;
  });
}
