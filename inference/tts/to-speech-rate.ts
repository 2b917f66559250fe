import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import { Resampler } from '../audio/resampler.ts';

/** −1 … 1 to 16 bit. What is louder than full scale is clipped; what is no number is a failed computation. */
export function toPcm(samples: Float32Array, gain = 1): Int16Array {
  return Int16Array.from(samples, (sample) => {
    if (Number.isNaN(sample)) throw new Error('the audio holds what is no number');
    return Math.max(-32_768, Math.min(32_767, Math.round(sample * gain * 32_767)));
  });
}

/** Brings an engine's 16-bit audio at `rate` to SPEECH_SAMPLE_RATE, and to the loudness that all levels share. */
export class ToSpeechRate {
  readonly #resampler: Resampler;
  readonly #gain: number;

  constructor(rate: number, gain: number) {
    this.#resampler = new Resampler(rate, SPEECH_SAMPLE_RATE);
    this.#gain = gain;
  }

  push(pcm: Int16Array): Int16Array {
    return toPcm(this.#resampler.push(Float32Array.from(pcm, (sample) => sample / 32_768)), this.#gain);
  }

  flush(): Int16Array {
    return toPcm(this.#resampler.flush(), this.#gain);
  }
}
