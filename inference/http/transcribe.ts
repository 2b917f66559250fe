import Type from 'typebox';
import { SpokenLanguage } from '../../protocol/languages.ts';
import { Transcription } from '../../protocol/transcript.ts';
import { decodeAudio } from '../audio/decode.ts';
import { MAX_BODY, readLanguage, readUpload } from './audio-upload.ts';
import { leaving } from './leaving.ts';
import type { App, Services } from './services.ts';

/** In a scope that takes uploads. */
export function transcribeRoute(scope: App, { recogniser, config }: Services): void {
  scope.post('/transcribe', {
    config: { stage: 'transcriptions' },
    bodyLimit: MAX_BODY,
    schema: {
      summary: 'Speech to text',
      description: 'The recording is the body, or the multipart field `file`: WAV, or any format that ffmpeg reads.',
      tags: ['speech'],
      consumes: ['audio/wav', 'audio/*', 'application/octet-stream', 'multipart/form-data'],
      querystring: Type.Object({ language: Type.Optional(SpokenLanguage) }),
      response: { 200: Transcription },
    },
  }, async (request, reply) => {
    const signal = leaving(reply);
    const { audio, fields } = await readUpload(request);
    const language = readLanguage(request.query.language ?? fields.get('language')?.[0]);
    const samples = await decodeAudio(audio, { maxMinutes: config.inference.maxAudioMinutes, signal });
    return recogniser.transcribe(samples, { words: true, ...(language !== undefined && { language }) }, signal);
  });
}
