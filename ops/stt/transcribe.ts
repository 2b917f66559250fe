import { CodedError } from '../../core/errors.ts';
import type { InferenceClient } from '../../protocol/clients/inference.ts';
import type { Transcription } from '../../protocol/transcript.ts';
import { columns, inferenceHere } from '../tts/here.ts';
import { readAudio } from './recordings.ts';

export interface TranscribeOptions {
  readonly language?: string;
  readonly words?: boolean;
  readonly json?: boolean;
}

/**
 * Has files transcribed by the running server and says who heard what, and how fast. A file that cannot be is told of on
 * the side, and the others follow. @returns 0 when all could
 */
export async function transcribe(files: readonly string[], { language, words = false, json = false }: TranscribeOptions, inference: InferenceClient = inferenceHere(), { print, warn }: Screen = SCREEN): Promise<number> {
  let failed = 0;
  for (const file of files) {
    try {
      const heard = await inference.transcribe(readAudio(file), { ...(language !== undefined && { language }) });
      print(json ? JSON.stringify({ file, ...heard }) : readable(file, heard, words));
    } catch (error) {
      // The next would meet the same closed door.
      if (!(error instanceof CodedError) || error.code === 'ENGINE_UNAVAILABLE') throw error;
      failed += 1;
      warn(`${file}: ${error.code}: ${error.message}\n  → ${error.fix}`);
    }
  }
  return failed === 0 ? 0 : 1;
}

export interface Screen {
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
}

const SCREEN: Screen = { print: (line) => console.log(line), warn: (line) => console.error(line) };

function readable(file: string, { text, language, engine, model, device, audioSeconds, processingMs, rtf, words }: Transcription, withWords: boolean): string {
  const how = `${language}, ${engine} (${model} on ${device}): ${audioSeconds.toFixed(1)} s in ${processingMs.toFixed(0)} ms, RTF ${rtf.toFixed(2)}`;
  const table = withWords && words.length > 0 ? [columns(words.map(({ word, start, end, conf }) => [`  ${start.toFixed(2)} – ${end.toFixed(2)} s`, `${(100 * conf).toFixed(0)} %`.padStart(5), word]))] : [];
  return [`${file}: ${text === '' ? '(no speech)' : text}`, `  ${how}`, ...table].join('\n');
}
