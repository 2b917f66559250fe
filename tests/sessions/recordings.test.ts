import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { RecordingAbout } from '../../sessions/recordings.ts';
import type { Store } from '../../sessions/store.ts';
import { S3_BUCKET, S3_CREDENTIALS, S3Server } from '../support/s3-server.ts';
import { BEGINNING } from './test-events.ts';
import { newSession, onBothDatabases } from './test-store.ts';

const ABOUT: RecordingAbout = { startedAt: BEGINNING, durationMs: 60_000, contentType: 'audio/ogg; codecs=opus' };
const sound = (text: string): Readable => Readable.from([Buffer.from(text)]);

async function begin({ sessions, leases }: Store, record = true): Promise<string> {
  const { record: { id } } = await sessions.begin(newSession({ record }));
  await leases.claim(id, 'job');
  return id;
}

const hear = async ({ recordings }: Store, id: string, range?: { start: number; end?: number }): Promise<string> => (await buffer(await (await recordings.open(id, 1)).stream(range))).toString();

const inS3 = ({ url }: S3Server) => ({
  settings: { blobs: { s3Endpoint: url, s3Bucket: S3_BUCKET, s3Region: S3_CREDENTIALS.region, s3Prefix: 'eloquence/' } },
  secrets: { s3AccessKeyId: S3_CREDENTIALS.accessKeyId, s3SecretAccessKey: S3_CREDENTIALS.secretAccessKey },
});

onBothDatabases((bench) => {
  test('a recording is kept, and sent again takes its place', async () => {
    const store = await bench.open();
    const id = await begin(store);
    expect(await store.recordings.put(id, 1, ABOUT, sound('first'))).toEqual({ session: id, term: 1, key: `${id}/1`, startedAt: BEGINNING, durationMs: 60_000, bytes: 5, contentType: ABOUT.contentType });
    await store.recordings.put(id, 1, { ...ABOUT, durationMs: 61_000 }, sound('the second'));
    expect(await store.recordings.open(id, 1)).toMatchObject({ durationMs: 61_000, bytes: 10, contentType: ABOUT.contentType });
    expect(await hear(store, id)).toBe('the second');
    expect(await hear(store, id, { start: 4, end: 6 })).toBe('sec');
    expect((await store.review(id)).recordings).toEqual([{ url: `/sessions/${id}/recordings/1`, startedAt: BEGINNING, durationMs: 61_000 }]);
  });

  test('without consent nothing is kept', async () => {
    const place = await bench.place();
    const store = await bench.open({ place });
    const id = await begin(store, false);
    await expect(store.recordings.put(id, 1, ABOUT, sound('secret'))).rejects.toMatchObject({ code: 'RECORDING_REFUSED' });
    await expect(store.recordings.open(id, 1)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    expect(readdirSync(place.home)).not.toContain('recordings');
  });

  test('what is odd is refused', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const { put } = { put: (over: Partial<RecordingAbout>, term = 1) => store.recordings.put(id, term, { ...ABOUT, ...over }, sound('x')) };
    for (const contentType of ['text/html', 'audio/', 'audio/x\r\nset-cookie: a', '']) await expect(put({ contentType })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    for (const durationMs of [-1, 1e300, Number.NaN, 0.5]) await expect(put({ durationMs })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    for (const term of [0, -1, 1.5, 1e300]) await expect(put({}, term)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(put({}, 2)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(store.recordings.put('00000000-0000-4000-8000-000000000000', 1, ABOUT, sound('x'))).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  });

  test('a sender’s clock is an hour slow', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const { startedAt } = await store.recordings.put(id, 1, { ...ABOUT, startedAt: BEGINNING - 3_700_000, sentAt: BEGINNING - 3_600_000 }, sound('x'));
    expect(startedAt).toBe(BEGINNING - 100_000);
  });

  test('one that breaks off is not there; what was there before still is', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const breaking = (): Readable => Readable.from((function* () {
      yield Buffer.from('half');
      throw new Error('the sender went away');
    })());
    await expect(store.recordings.put(id, 1, ABOUT, breaking())).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
    await expect(store.recordings.open(id, 1)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    expect((await store.review(id)).recordings).toEqual([]);
    await store.recordings.put(id, 1, ABOUT, sound('whole'));
    await expect(store.recordings.put(id, 1, ABOUT, breaking())).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
    expect(await hear(store, id)).toBe('whole');
  });

  test('a session erased while its recording comes in leaves nothing', async () => {
    const place = await bench.place();
    const store = await bench.open({ place });
    const id = await begin(store);
    const body = new PassThrough();
    // Its draft is taken from under it; sent again it is refused for good.
    const put = expect(store.recordings.put(id, 1, ABOUT, body)).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
    body.write('half');
    await expect.poll(() => readdirSync(join(place.home, 'recordings'))).toEqual([id]);
    await store.learners.eraseSession(id);
    body.end('whole');
    await put;
    await expect(store.recordings.put(id, 1, ABOUT, sound('whole'))).rejects.toMatchObject({ code: 'SESSION_ERASED' });
    expect(readdirSync(join(place.home, 'recordings'))).toEqual([]);
  });

  test('a blob that somebody took away is unknown', async () => {
    const place = await bench.place();
    const store = await bench.open({ place });
    const id = await begin(store);
    await store.recordings.put(id, 1, ABOUT, sound('x'));
    rmSync(join(place.home, 'recordings'), { recursive: true });
    const recording = await store.recordings.open(id, 1);
    await expect(recording.stream()).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
  });

  test('a session erased while its recording is on its way to S3 leaves nothing', async () => {
    const server = await S3Server.start();
    const place = await bench.place();
    const store = await bench.open({ place, ...inS3(server) });
    const id = await begin(store);
    const body = new PassThrough();
    const put = expect(store.recordings.put(id, 1, ABOUT, body)).rejects.toMatchObject({ code: 'SESSION_ERASED' });
    body.write('half');
    await expect.poll(() => readdirSync(join(place.home, 'recordings/spool'))).toHaveLength(1);
    await store.learners.eraseSession(id);
    body.end('whole');
    await put;
    expect(server.objects.size).toBe(0);
  });

  test('in S3 they are kept, erased, and left to nobody when it fails', async () => {
    const server = await S3Server.start();
    const store = await bench.open(inS3(server));
    const id = await begin(store);
    server.goWrong('error');
    await expect(store.recordings.put(id, 1, ABOUT, sound('x'))).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
    server.goWrong(undefined);
    await store.recordings.put(id, 1, ABOUT, sound('hello'));
    expect(await hear(store, id, { start: 1, end: 3 })).toBe('ell');
    server.goWrong('error');
    await expect(store.learners.erase('learner-1')).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
    // The texts are gone, the sound is not forgotten.
    await expect(store.events.past(id)).rejects.toMatchObject({ code: 'SESSION_ERASED' });
    await expect(store.recordings.open(id, 1)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    await expect(store.learners.erase('learner-1')).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
    expect([...server.objects.keys()]).toEqual([`eloquence/${id}/1`]);
    server.goWrong(undefined);
    await store.learners.erase('learner-1');
    expect(server.objects.size).toBe(0);
  });
});
