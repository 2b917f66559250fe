import { writeFileSync } from 'node:fs';
import { joined, wavFile } from '../../protocol/pcm.ts';
import type { SpeechRequest } from '../../protocol/speech.ts';
import { inferenceHere } from './here.ts';

export interface SayOptions {
  readonly out: string;
  readonly voice?: string;
  readonly language?: string;
  readonly level?: string;
  readonly speed?: number;
}

/** Speaks a text into a WAV file and says who spoke. */
export async function say(text: string, { out, voice, language, level: model, speed }: SayOptions): Promise<void> {
  const request: SpeechRequest = { text, ...(voice !== undefined && { voice }), ...(language !== undefined && { language }), ...(model !== undefined && { model }), ...(speed !== undefined && { speed }) };
  const { level, voice: spoken, cache, firstAudioMs, passed, sampleRate, audio } = await inferenceHere().speech(request);
  const pcm = joined(await Array.fromAsync(audio));
  writeFileSync(out, wavFile({ pcm, sampleRate }));
  console.log(`${out}: ${(pcm.length / sampleRate).toFixed(1)} s by ${level} as ${spoken}, first sound after ${firstAudioMs.toFixed(0)} ms${cache === 'hit' ? ' (cached)' : ''}${passed === '' ? '' : `; passed over: ${passed}`}`);
}
