import type { FastifyReply } from 'fastify';
import { CodedError } from '../../../core/errors.ts';
import type { Transcription } from '../../../protocol/transcript.ts';
import { decodeAudio } from '../../audio/decode.ts';
import { MAX_BODY, readLanguage, readUpload } from '../audio-upload.ts';
import { leaving } from '../leaving.ts';
import type { App, Services } from '../services.ts';
import { toSrt, toVtt } from './subtitles.ts';

const NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** By `response_format`. */
const ANSWERS: Readonly<Record<string, (reply: FastifyReply, heard: Transcription, granularities: readonly string[]) => FastifyReply>> = {
  json: (reply, { text }) => reply.send({ text }),
  verbose_json: (reply, heard, granularities) => reply.send(verbose(heard, granularities)),
  text: (reply, { text }) => reply.type('text/plain; charset=utf-8').send(`${text}\n`),
  srt: (reply, { segments }) => reply.type('text/plain; charset=utf-8').send(toSrt(segments)),
  vtt: (reply, { segments }) => reply.type('text/vtt; charset=utf-8').send(toVtt(segments)),
};

/** In a scope that takes uploads. */
export function transcriptionsRoute(scope: App, { recogniser, config }: Services): void {
  scope.post('/v1/audio/transcriptions', {
    config: { stage: 'transcriptions' },
    bodyLimit: MAX_BODY,
    schema: {
      summary: 'Speech to text, as OpenAI’s',
      description: 'Multipart: `file`, and `language`, `response_format` (json, verbose_json, text, srt, vtt), `timestamp_granularities[]` (word, segment). Any `model`.',
      tags: ['OpenAI'],
      consumes: ['multipart/form-data'],
    },
  }, async (request, reply) => {
    const signal = leaving(reply);
    const { audio, fields } = await readUpload(request);
    const format = fields.get('response_format')?.[0] ?? 'json';
    const answer = Object.hasOwn(ANSWERS, format) ? ANSWERS[format] : undefined;
    if (answer === undefined) throw new CodedError('REQUEST_INVALID', { reason: `response_format must be one of ${Object.keys(ANSWERS).join(', ')}` });
    const language = readLanguage(fields.get('language')?.[0]);
    const samples = await decodeAudio(audio, { maxMinutes: config.inference.maxAudioMinutes, signal });
    const heard = await recogniser.transcribe(samples, { words: true, ...(language !== undefined && { language }) }, signal);
    return answer(reply, heard, [...(fields.get('timestamp_granularities[]') ?? []), ...(fields.get('timestamp_granularities') ?? [])]);
  });
}

/** What clients with types want of each segment, though nobody here knows it. */
const UNKNOWN = { seek: 0, tokens: [], temperature: 0, compression_ratio: 1, no_speech_prob: 0 };

function verbose({ text, language, confidence, audioSeconds, segments, words }: Transcription, granularities: readonly string[]): unknown {
  return {
    task: 'transcribe',
    language: NAMES.of(language)?.toLowerCase() ?? language,
    duration: audioSeconds,
    text,
    ...((granularities.length === 0 || granularities.includes('segment')) && { segments: segments.map((segment, id) => ({ id, ...segment, ...UNKNOWN, avg_logprob: Math.log(Math.max(confidence, 1e-6)) })) }),
    ...(granularities.includes('word') && { words: words.map(({ word, start, end }) => ({ word, start, end })) }),
  };
}
