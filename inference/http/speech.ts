import type { FastifyReply } from 'fastify';
import { CodedError } from '../../core/errors.ts';
import { misfitError, type Misfit } from '../../core/http-errors.ts';
import { MAX_SPEECH_CHARACTERS, SPEECH_HEADERS, SpeechRequest } from '../../protocol/speech.ts';
import { encodeAudio, MEDIA_TYPES, type AudioFormat } from '../audio/encode.ts';
import type { Speech } from '../tts/synthesiser.ts';
import { leaving } from './leaving.ts';
import type { App, Services } from './services.ts';

export function speechRoute(app: App, { synthesiser }: Services): void {
  app.post('/api/tts', {
    config: { stage: 'speech' },
    schema: {
      summary: 'Text to speech, sent as it is made',
      tags: ['speech'],
      body: SpeechRequest,
      produces: Object.values(MEDIA_TYPES),
    },
    schemaErrorFormatter: speechMisfit,
  }, async (request, reply) => sendSpeech(reply, await synthesiser.synthesize(request.body, leaving(reply)), request.body.format ?? 'wav'));
}

/** A text that is too long has a code of its own, on every route that speaks. */
function speechMisfit(misfits: readonly Misfit[], part: string): CodedError {
  const tooLong = misfits.some(({ instancePath, keyword }) => instancePath === '/text' && keyword === 'maxLength');
  return tooLong ? new CodedError('SPEECH_TOO_LONG', { limit: MAX_SPEECH_CHARACTERS }) : misfitError(misfits, part);
}

/** Who spoke goes into the headers; how it went on shows only in the audio, which breaks off if the level does. */
export async function sendSpeech(reply: FastifyReply, { level, voice, cache, firstAudioMs, overTarget, passed, sampleRate, audio }: Speech, format: AudioFormat): Promise<FastifyReply> {
  const body = await encodeAudio(audio, sampleRate, format);
  return reply
    .headers({
      'content-type': MEDIA_TYPES[format],
      [SPEECH_HEADERS.level]: level,
      [SPEECH_HEADERS.voice]: voice,
      [SPEECH_HEADERS.cache]: cache,
      [SPEECH_HEADERS.firstAudioMs]: firstAudioMs.toFixed(1),
      [SPEECH_HEADERS.sampleRate]: String(sampleRate),
      ...(passed.length > 0 && { [SPEECH_HEADERS.passed]: passed.map(({ level: better, reason }) => `${better}=${reason}`).join(', ') }),
      ...(overTarget && { [SPEECH_HEADERS.warning]: 'over target' }),
    })
    .send(body);
}
