import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { erase } from '../../../ops/sessions/erase.ts';
import { exportLearner } from '../../../ops/sessions/export.ts';
import { listSessions } from '../../../ops/sessions/list.ts';
import { TokenServiceClient } from '../../../protocol/clients/token-service.ts';
import type { LearnerExport } from '../../../protocol/learner-data.ts';
import type { App } from '../../../token-service/services.ts';
import { learnerTurn } from '../../sessions/test-events.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { buildTokenService, SERVICE_TOKEN } from '../../support/token-service.ts';

let livekit: LiveKitServer;
let app: App;
let service: TokenServiceClient;

beforeAll(async () => {
  livekit = await startLiveKit();
  app = await buildTokenService({ livekit });
  service = new TokenServiceClient(await app.listen({ host: '127.0.0.1', port: 0 }), { serviceToken: SERVICE_TOKEN });
});
afterAll(async () => {
  await app.close();
  await livekit.stop();
});

/** A learner with a recorded session, of whom the service alone knows the id. */
async function recorded(): Promise<{ learner: string; session: string }> {
  const { session } = await service.requestToken({ record: true });
  const { term } = await service.claim(session, 'job');
  await service.postEvents(session, { term, sentAt: Date.now(), events: [learnerTurn(1, { text: 'Mon secret.' })] });
  await service.putRecording(session, term, { startedAt: 1_700_000_000_000, durationMs: 100, contentType: 'audio/flac', body: ReadableStream.from([new Uint8Array([1, 2, 3])]) });
  const { sessions } = await service.sessions();
  return { session, learner: sessions.find(({ id }) => id === session)?.learner ?? '' };
}

async function listed(learner: string): Promise<string[]> {
  const lines: string[] = [];
  await listSessions({ learner }, service, (line) => lines.push(line));
  return lines;
}

it('lists, exports and erases a learner', async () => {
  const { learner, session } = await recorded();
  expect(await listed(learner)).toEqual([expect.stringMatching(new RegExp(`${session}.*${learner}.*1 turns {2}running {2}recorded`))]);

  const out = join(temporaryFolder(), 'data');
  const said: string[] = [];
  await exportLearner(learner, { out }, service, (line) => said.push(line));
  expect(said).toEqual([`1 sessions and 1 recordings: ${out}`]);
  expect(readdirSync(out).sort()).toEqual([`${session}.1.flac`, 'eloquence.json'].sort());
  expect([...readFileSync(join(out, `${session}.1.flac`))]).toEqual([1, 2, 3]);
  expect(statSync(join(out, 'eloquence.json')).mode & 0o777).toBe(0o600);
  const kept = JSON.parse(readFileSync(join(out, 'eloquence.json'), 'utf8')) as LearnerExport;
  expect(kept).toMatchObject({ learner, sessions: [{ id: session, events: [{ event: { text: 'Mon secret.' } }] }] });

  const lines: string[] = [];
  const print = (line: string): unknown => lines.push(line);
  expect(await erase(learner, {}, { service, print, confirm: () => Promise.resolve('y') })).toBe(1);
  expect(await listed(learner)).toHaveLength(1);
  expect(await erase(learner, {}, { service, print, confirm: () => Promise.resolve('yes') })).toBe(0);
  expect(lines).toEqual(['Nothing was erased.', 'Erased: 1 sessions and 1 recordings.']);
  expect(await listed(learner)).toEqual(['There are no sessions.']);
});

it('erases one session', async () => {
  const { learner, session } = await recorded();
  expect(await erase(session, { session: true, yes: true }, { service, print: () => undefined })).toBe(0);
  expect(await listed(learner)).toEqual(['There are no sessions.']);
  await expect(erase(session, { session: true, yes: true }, { service, print: () => undefined })).rejects.toMatchObject({ code: 'SESSION_ERASED' });
});
