import type { Readable } from 'node:stream';
import Type from 'typebox';
import { ErrorReply } from '../../protocol/error-reply.ts';
import type { App, Services } from '../services.ts';
import { rangeOf } from '../byte-range.ts';
import { ownSession } from './own-session.ts';
import { TermParams } from './session-params.ts';

/** An hour and more of both sides, bytes. */
const RECORDING_BODY = 512 * 1_024 * 1_024;
const Upload = Type.Object({
  startedAt: Type.Integer({ minimum: 0, description: 'Unix ms of the first sample' }),
  durationMs: Type.Integer({ minimum: 0 }),
  sentAt: Type.Integer({ minimum: 0, description: 'Unix ms by the sender’s clock' }),
}, { additionalProperties: false });

/** The sound of sessions whose learners agreed to it: workers bring it, learners hear it. */
export function recordingRoutes(app: App, { store }: Services): void {
  app.register((scope: App, _options, done) => {
    // A stream goes through as it comes: it is larger than what should be in memory.
    scope.addContentTypeParser(/^audio\//, (_request, payload, parsed) => parsed(null, payload));

    scope.put('/sessions/:id/recordings/:term', {
      config: { access: ['service'] },
      bodyLimit: RECORDING_BODY,
      schema: { summary: 'What was recorded in a term', tags: ['services'], security: [{ serviceToken: [] }], params: TermParams, querystring: Upload, response: { 204: Type.Null(), '4xx': ErrorReply, '5xx': ErrorReply } },
    }, async ({ params: { id, term }, query, headers, body }, reply) => {
      await store.recordings.put(id, term, { ...query, contentType: headers['content-type'] ?? '' }, body as Readable);
      return reply.code(204).send(null);
    });
    done();
  });

  app.get('/sessions/:id/recordings/:term', {
    config: { access: ['learner', 'operator', 'service'] },
    schema: { summary: 'The sound of a session: learner left, coach right; by ranges, too', tags: ['learners'], params: TermParams },
  }, async (request, reply) => {
    const { record } = await ownSession(store, request);
    const recording = await store.recordings.open(record.id, request.params.term);
    const range = rangeOf(request.headers.range, recording.bytes);
    void reply.headers({ 'accept-ranges': 'bytes', 'content-type': recording.contentType, 'cache-control': 'private, no-store' });
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${recording.bytes}`).send();
    if (range === undefined) return reply.header('content-length', recording.bytes).send(await recording.stream());
    const { start, end } = range;
    return reply.code(206).headers({ 'content-range': `bytes ${start}-${end}/${recording.bytes}`, 'content-length': end - start + 1 }).send(await recording.stream(range));
  });
}
