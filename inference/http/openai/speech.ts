import Type from 'typebox';
import { AUDIO_FORMATS, MEDIA_TYPES } from '../../audio/encode.ts';
import { leaving } from '../leaving.ts';
import type { App, Services } from '../services.ts';
import { sendSpeech } from '../speech.ts';

/** OpenAI takes 0.25 to 4; beyond ours speech cannot be followed. */
const nearest = (speed: number): number => Math.min(2, Math.max(0.5, speed));

export function openAiSpeechRoute(app: App, { synthesiser }: Services): void {
  app.post('/v1/audio/speech', {
    config: { stage: 'speech' },
    schema: {
      summary: 'Text to speech, as OpenAI’s',
      tags: ['OpenAI'],
      body: Type.Object({
        input: Type.String({ description: 'at most 1,000 characters' }),
        model: Type.Optional(Type.String({ description: 'tts-1 or any of OpenAI’s: the chain; kokoro, pico, espeak: that level alone' })),
        voice: Type.Optional(Type.Union([Type.String(), Type.Object({ id: Type.String() })], { description: 'ours, or OpenAI’s, of which each means one of ours' })),
        response_format: Type.Optional(Type.Enum(AUDIO_FORMATS, { default: 'mp3' })),
        speed: Type.Optional(Type.Number({ minimum: 0.25, maximum: 4 })),
        stream_format: Type.Optional(Type.Literal('audio')),
      }),
      produces: Object.values(MEDIA_TYPES),
    },
  }, async ({ body: { input: text, model, voice, response_format: format = 'mp3', speed } }, reply) => {
    const request = { text, ...(model !== undefined && { model }), ...(voice !== undefined && { voice: typeof voice === 'string' ? voice : voice.id }), ...(speed !== undefined && { speed: nearest(speed) }) };
    return sendSpeech(reply, await synthesiser.synthesize(request, leaving(reply)), format);
  });
}
