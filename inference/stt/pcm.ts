// Plain loops: ten minutes are ten million samples, and `TypedArray.from` with a function takes thirty times as long.

/** 16-bit samples as −1 … 1. */
export function toFloat(pcm: Int16Array): Float32Array {
  const audio = new Float32Array(pcm.length);
  for (let index = 0; index < pcm.length; index += 1) audio[index] = (pcm[index] ?? 0) / 32_768;
  return audio;
}

/** Samples in −1 … 1, clipped where they are louder, as 16 bits. */
export function toPcm(audio: Float32Array): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(audio.length);
  for (let index = 0; index < audio.length; index += 1) pcm[index] = Math.max(-32_768, Math.min(32_767, Math.round((audio[index] ?? 0) * 32_768)));
  return pcm;
}
