import { rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../../core/errors.ts';
import type { KeptEvent } from '../../../protocol/session-events.ts';
import type { Lease } from '../../../protocol/session-lease.ts';
import type { SessionList, SessionReview } from '../../../protocol/session-review.ts';
import type { TokenReply, TokenRequest } from '../../../protocol/token.ts';
import type { App } from '../../../token-service/services.ts';
import { batch, coachTurn, ended, learnerTurn } from '../../sessions/test-events.ts';
import { bearerOf, bearers } from '../../support/credentials.ts';
import { exercisesFolder } from '../../support/exercises-folder.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';
import { buildTokenService, SERVICE_TOKEN } from '../../support/token-service.ts';

let livekit: LiveKitServer;
let app: App;
let port: number;
const service = { authorization: `Bearer ${SERVICE_TOKEN}` };
/** Whoever makes a mistake here is told so, and nothing of what is inside. */
const code = (reply: { json: () => unknown }): string => (reply.json() as ErrorBody).error.code;

beforeAll(async () => {
  livekit = await startLiveKit();
  app = await buildTokenService({ livekit });
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
});
afterAll(async () => {
  await app.close();
  await livekit.stop();
});

let learners = 0;

/** A learner with a session. */
async function learner(request: TokenRequest = {}) {
  learners += 1;
  const id = `learner${String(learners).padStart(9, '0')}`;
  const headers = { authorization: `Bearer ${await bearerOf({ role: 'learner', sub: id })}` };
  const reply = await app.inject({ method: 'POST', url: '/token', payload: request, headers });
  expect(reply.statusCode, reply.body).toBe(200);
  return { id, headers, session: reply.json<TokenReply>().session };
}

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, headers: Record<string, string>, payload?: object) =>
  app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
const claim = async (session: string): Promise<Lease> => (await ask('POST', `/sessions/${session}/lease`, service, { holder: 'job' })).json();
const tell = (session: string, term: number, ...events: Parameters<typeof batch>[1]) => ask('POST', `/sessions/${session}/events`, service, { ...batch(term, events), sentAt: Date.now() });

describe('what a coach asks', () => {
  it('takes a lease, tells what happens, and another finds it all when it goes on', async () => {
    const { session } = await learner({ exercise: 'simulation_entretien' });
    expect(await claim(session)).toMatchObject({ term: 1, ttl: 15_000, past: [], session: { id: session, exercise: { id: 'simulation_entretien' } } });
    expect((await tell(session, 1, learnerTurn(1), coachTurn(2))).json()).toEqual({ seq: 2 });
    expect((await tell(session, 1, coachTurn(2), learnerTurn(3))).json()).toEqual({ seq: 3 });
    expect((await ask('PUT', `/sessions/${session}/lease`, service, { term: 1 })).statusCode).toBe(204);
    expect((await ask('DELETE', `/sessions/${session}/lease`, service, { term: 1 })).statusCode).toBe(204);
    expect((await claim(session)).past.map(({ seq, type }) => [seq, type])).toEqual([[1, 'learner_turn'], [2, 'coach_turn'], [3, 'learner_turn']]);
  });

  it('is as it was when the session began, also when the exercise was deleted since', async () => {
    const exercises = exercisesFolder('conversation_libre_marie', 'simulation_entretien');
    const other = await buildTokenService({ livekit, exercises });
    const token = () => other.inject({ method: 'POST', url: '/token', payload: { room: 'deleted', exercise: 'simulation_entretien' } });
    const { session } = (await token()).json<TokenReply>();
    rmSync(join(exercises, 'simulation_entretien.json'));
    const again = await token();
    expect([again.statusCode, again.json<TokenReply>().session]).toEqual([200, session]);
    const lease = await other.inject({ method: 'POST', url: `/sessions/${session}/lease`, headers: service, payload: { holder: 'job' } });
    expect(lease.json<Lease>().session).toMatchObject({ exercise: { id: 'simulation_entretien' } });
    const gone = await other.inject({ method: 'POST', url: '/token', payload: { exercise: 'simulation_entretien' } });
    expect([gone.statusCode, code(gone)]).toEqual([404, 'EXERCISE_UNKNOWN']);
    await other.close();
  });

  it('is one: of agents that claim at once one gets it, and the others are told', async () => {
    const { session } = await learner();
    const replies = await Promise.all(Array.from({ length: 10 }, () => ask('POST', `/sessions/${session}/lease`, service, { holder: 'job' })));
    expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(replies.filter(({ statusCode }) => statusCode !== 200).map(code)).toEqual(Array(9).fill('LEASE_HELD'));
  });

  it('is refused what makes no sense, and nothing of it is kept', async () => {
    const { session } = await learner();
    await claim(session);
    const refusals: [number, string, Promise<{ statusCode: number; json: () => unknown }>][] = [
      [409, 'EVENTS_GAP', tell(session, 1, learnerTurn(2))],
      [409, 'LEASE_LOST', tell(session, 2, learnerTurn(1))],
      [404, 'SESSION_UNKNOWN', tell('00000000-0000-4000-8000-000000000000', 1, learnerTurn(1))],
      [400, 'REQUEST_INVALID', ask('POST', `/sessions/${session}/events`, service, { term: 1, sentAt: 1, events: [{ seq: 1, at: 1, type: 'karaoke' }] })],
      [400, 'REQUEST_INVALID', ask('POST', `/sessions/${session}/events`, service, { term: 1, sentAt: 1, events: Array.from({ length: 201 }, (_, index) => learnerTurn(index + 1)) })],
      [413, 'BODY_TOO_LARGE', tell(session, 1, learnerTurn(1, { text: 'x'.repeat(5 * 1_024 * 1_024) }))],
      [409, 'LEASE_LOST', ask('PUT', `/sessions/${session}/lease`, service, { term: 7 })],
      [400, 'REQUEST_INVALID', ask('POST', `/sessions/${session}/lease`, service, { holder: '' })],
    ];
    for (const [status, name, reply] of refusals) expect([(await reply).statusCode, code(await reply)]).toEqual([status, name]);
    expect((await ask('GET', `/sessions/${session}/events`, service)).json()).toEqual([]);
  });
});

describe('what a learner reads back', () => {
  it('is their history and their sessions, with what was said as it was said', async () => {
    const { headers, session } = await learner({ exercise: 'simulation_entretien' });
    await claim(session);
    const text = '<script>alert(1)</script> Bonjour & "salut".';
    await tell(session, 1, coachTurn(1, { turn: 0 }), learnerTurn(2, { text, turn: 1 }), coachTurn(3, { turn: 1 }), ended(4));
    const { sessions } = (await ask('GET', '/sessions', headers)).json<SessionList>();
    expect(sessions).toMatchObject([{ id: session, exercise: { id: 'simulation_entretien' }, turns: 1, reason: 'finished', recorded: false }]);
    const reply = await ask('GET', `/sessions/${session}`, headers);
    expect(reply.headers['content-type']).toContain('application/json');
    const review = reply.json<SessionReview>();
    expect(review.turns.map(({ who }) => who)).toEqual(['coach', 'learner', 'coach']);
    expect(review.turns[1]?.sentences.map((sentence) => sentence.text).join(' ')).toBe(text);
  });

  it('is nobody else’s: another learner, and one who guesses, learn nothing', async () => {
    const { session } = await learner();
    const other = await learner();
    const foreign = await ask('GET', `/sessions/${session}`, other.headers);
    const unknown = await ask('GET', '/sessions/00000000-0000-4000-8000-000000000000', other.headers);
    expect([foreign.statusCode, foreign.body]).toEqual([403, unknown.body]);
    for (const path of ['', '/live', '/recordings/1']) expect((await ask('GET', `/sessions/${session}${path}`, other.headers)).statusCode).toBe(403);
    expect((await ask('DELETE', `/sessions/${session}`, other.headers)).statusCode).toBe(403);
    expect((await ask('GET', `/sessions?learner=${other.id}x`, other.headers)).statusCode).toBe(403);
    expect((await ask('GET', `/learners/${other.id}x/export`, other.headers)).statusCode).toBe(403);
    expect((await ask('DELETE', `/learners/${other.id}x`, other.headers)).statusCode).toBe(403);
    const { operator } = await bearers();
    expect((await ask('GET', `/sessions/${session}`, { authorization: `Bearer ${operator}` })).statusCode).toBe(200);
    expect((await ask('GET', '/sessions/00000000-0000-4000-8000-000000000000', { authorization: `Bearer ${operator}` })).statusCode).toBe(404);
  });

  it('is in a room whose name is no key: nobody else comes in, ends it, or agrees to a recording of it', async () => {
    const { headers, session } = await learner({ room: 'known-to-others' });
    await claim(session);
    const other = await learner();
    for (const payload of [{ room: 'known-to-others' }, { room_name: 'known-to-others', record: true }, { room: 'known-to-others', exercise: 'simulation_entretien' }]) {
      const refused = await ask('POST', '/token', other.headers, payload);
      expect([refused.statusCode, code(refused)]).toEqual([403, 'FORBIDDEN']);
      expect((await ask('POST', '/token', {}, payload)).statusCode).toBe(403);
    }
    expect((await ask('POST', '/token', headers, { room: 'known-to-others' })).json<TokenReply>().session).toBe(session);
    expect((await ask('GET', '/sessions', headers)).json<SessionList>().sessions[0]).not.toHaveProperty('endedAt');
  });

  it('comes in pages', async () => {
    const { headers } = await learner();
    for (let count = 0; count < 4; count += 1) await ask('POST', '/token', headers, {});
    const first = (await ask('GET', '/sessions?limit=3', headers)).json<SessionList>();
    const second = (await ask('GET', `/sessions?limit=3&before=${first.next ?? ''}`, headers)).json<SessionList>();
    expect([first.sessions.length, second.sessions.length, second.next]).toEqual([3, 2, undefined]);
    expect(new Set([...first.sessions, ...second.sessions].map(({ id }) => id)).size).toBe(5);
    expect((await ask('GET', '/sessions?limit=0', headers)).statusCode).toBe(400);
    expect((await ask('GET', '/sessions?before=no', headers)).statusCode).toBe(400);
  });
});

describe('recordings', () => {
  const sound = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));
  const put = (session: string, term: number, type = 'audio/flac') =>
    app.inject({ method: 'PUT', url: `/sessions/${session}/recordings/${term}?startedAt=1700000000000&durationMs=1234&sentAt=${Date.now()}`, headers: { ...service, 'content-type': type }, payload: sound });

  it('are kept where the learner agreed, and heard by ranges', async () => {
    const { headers, session } = await learner({ record: true });
    await claim(session);
    expect((await put(session, 1)).statusCode).toBe(204);
    const { recordings } = (await ask('GET', `/sessions/${session}`, headers)).json<SessionReview>();
    expect(recordings).toMatchObject([{ durationMs: 1_234 }]);
    const url = recordings[0]?.url ?? '';
    const whole = await ask('GET', url, headers);
    expect([whole.statusCode, whole.headers['content-type'], whole.rawPayload.equals(sound)]).toEqual([200, 'audio/flac', true]);
    const part = await ask('GET', url, { ...headers, range: 'bytes=100-199' });
    expect([part.statusCode, part.headers['content-range'], part.rawPayload.equals(sound.subarray(100, 200))]).toEqual([206, 'bytes 100-199/1000', true]);
    expect((await ask('GET', url, { ...headers, range: 'bytes=-10' })).rawPayload).toEqual(sound.subarray(990));
    expect((await ask('GET', url, { ...headers, range: 'bytes=2000-' })).statusCode).toBe(416);
  });

  it('are refused where nobody agreed, of no term that was, and of what is no sound', async () => {
    const without = await learner();
    await claim(without.session);
    expect(code(await put(without.session, 1))).toBe('RECORDING_REFUSED');
    expect((await ask('GET', `/sessions/${without.session}/recordings/1`, without.headers)).statusCode).toBe(404);
    const agreed = await learner({ record: true });
    await claim(agreed.session);
    expect(code(await put(agreed.session, 2))).toBe('LEASE_LOST');
    expect((await put(agreed.session, 1, 'text/html')).statusCode).toBe(415);
  });

  it('may be agreed to later on, by whose session it is', async () => {
    const { headers, session } = await learner({ room: 'agreed-later' });
    await claim(session);
    expect(code(await put(session, 1))).toBe('RECORDING_REFUSED');
    await ask('POST', '/token', headers, { room: 'agreed-later', record: true });
    expect((await put(session, 1)).statusCode).toBe(204);
  });
});

describe('what is kept of a learner', () => {
  it('is theirs to take, and to have erased: then nothing of it is left, and what comes late is refused', async () => {
    const { id, headers, session } = await learner({ record: true });
    await claim(session);
    await tell(session, 1, learnerTurn(1, { text: 'Mon secret.' }));
    const kept = await ask('GET', '/learners/me/export', headers);
    expect(kept.headers['content-disposition']).toContain('attachment');
    expect(kept.json()).toMatchObject({ learner: id, sessions: [{ id: session, events: [{ term: 1, event: { text: 'Mon secret.' } }] }] });

    const gone = await ask('DELETE', '/learners/me', headers);
    expect([gone.statusCode, gone.json()]).toEqual([200, { sessions: 1, recordings: 0 }]);
    expect((await ask('GET', '/sessions', headers)).json<SessionList>().sessions).toEqual([]);
    expect(code(await tell(session, 1, learnerTurn(2)))).toBe('SESSION_ERASED');
    expect(code(await ask('PUT', `/sessions/${session}/lease`, service, { term: 1 }))).toBe('SESSION_ERASED');
  });

  it('is for operators to see to as well, one session or all', async () => {
    const { id, headers, session } = await learner();
    const operator = { authorization: `Bearer ${(await bearers()).operator}` };
    expect((await ask('GET', `/learners/${id}/export`, operator)).json()).toMatchObject({ sessions: [{ id: session }] });
    expect((await ask('DELETE', `/sessions/${session}`, headers)).statusCode).toBe(204);
    expect((await ask('DELETE', `/learners/${id}`, operator)).json()).toEqual({ sessions: 0, recordings: 0 });
  });
});

describe('the live view', () => {
  /** The events of a stream until `last` has come. */
  async function watch(session: string, headers: Record<string, string>, last: (text: string) => boolean, begun: () => Promise<unknown> = () => Promise.resolve()): Promise<string> {
    const request = get({ port, host: '127.0.0.1', path: `/sessions/${session}/live`, headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream']);
    await begun();
    let text = '';
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      if (last(text)) break;
    }
    request.destroy();
    return text;
  }
  const eventsIn = (text: string): KeptEvent[] => [...text.matchAll(/^data: (\{"term".*\})$/gm)].map(([, json = '']) => JSON.parse(json) as KeptEvent);

  it('shows what was and what comes, and ends with the session', async () => {
    const { headers, session } = await learner();
    await claim(session);
    await tell(session, 1, coachTurn(1, { latency: { voiceToVoice: 480 } }));
    const text = await watch(session, headers, () => false, async () => {
      await tell(session, 1, learnerTurn(2));
      await tell(session, 1, ended(3));
    });
    expect(eventsIn(text).map(({ event }) => event.type)).toEqual(['coach_turn', 'learner_turn', 'session_ended']);
    expect(text).toContain('"voiceToVoice":480');
    expect(text.trimEnd().split('\n').at(-2)).toBe('event: over');
  });

  it('goes on after a broken connection with the next event', async () => {
    const { headers, session } = await learner();
    await claim(session);
    await tell(session, 1, coachTurn(1), learnerTurn(2), coachTurn(3));
    const text = await watch(session, { ...headers, 'last-event-id': '1.2' }, (seen) => seen.includes('id: 1.3'));
    expect(eventsIn(text).map(({ event }) => event.seq)).toEqual([3]);
  });
});
