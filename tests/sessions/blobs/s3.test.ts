import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { openBlobs } from '../../../sessions/blobs/open-blobs.ts';
import { S3Blobs, type S3Options } from '../../../sessions/blobs/s3.ts';
import { S3_BUCKET, S3_CREDENTIALS, S3Server } from '../../support/s3-server.ts';
import { sha256, signatureFault } from '../../support/s3-signature.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SOUND = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

async function setUp(over: Partial<S3Options> = {}): Promise<{ server: S3Server; blobs: S3Blobs; clock: ManualClock; spool: string }> {
  const server = await S3Server.start();
  const clock = new ManualClock();
  const spool = temporaryFolder();
  return { server, clock, spool, blobs: new S3Blobs({ endpoint: `${server.url}/`, bucket: S3_BUCKET, prefix: 'eloquence/', ...S3_CREDENTIALS, spool, clock, ...over }) };
}

const inPieces = (): Readable => Readable.from([SOUND.subarray(0, 10), SOUND.subarray(10, 70_000), SOUND.subarray(70_000)]);

test('the server checks signatures as S3 does: an example of its documentation', () => {
  const request = {
    method: 'GET', url: '/test.txt',
    headers: {
      host: 'examplebucket.s3.amazonaws.com', range: 'bytes=0-9', 'x-amz-content-sha256': sha256(''), 'x-amz-date': '20130524T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
  };
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' };
  expect(signatureFault(request, credentials)).toBeUndefined();
  expect(signatureFault({ ...request, url: '/other.txt' }, credentials)).toBe('SignatureDoesNotMatch');
});

test('what is put comes back, whole and in part', async () => {
  const { server, blobs, spool } = await setUp();
  expect(await blobs.put('session/1', inPieces(), 'audio/ogg')).toBe(SOUND.length);
  expect(server.objects.get('eloquence/session/1')).toEqual({ body: SOUND, type: 'audio/ogg' });
  expect(readdirSync(spool)).toEqual([]);
  const read = async (range?: { start: number; end?: number }): Promise<Buffer> => buffer((await blobs.get('session/1', range)) ?? Readable.from([]));
  expect(SOUND.equals(await read())).toBe(true);
  expect(await read({ start: 5, end: 9 })).toEqual(SOUND.subarray(5, 10));
  expect(await read({ start: 99_990 })).toEqual(SOUND.subarray(99_990));
});

test('put again it takes the place; removed it is gone, also twice', async () => {
  const { server, blobs } = await setUp();
  await blobs.put('session/1', inPieces(), 'audio/ogg');
  await blobs.put('session/1', Readable.from([]), 'audio/wav');
  expect(server.objects.get('eloquence/session/1')).toEqual({ body: Buffer.alloc(0), type: 'audio/wav' });
  await blobs.remove('session/1');
  await blobs.remove('session/1');
  expect(await blobs.get('session/1')).toBeUndefined();
});

test.for([
  [{ secretAccessKey: 'another' }, 'the store answers 403 SignatureDoesNotMatch'],
  [{ accessKeyId: 'another' }, 'the store answers 403 InvalidAccessKeyId'],
  [{ region: 'elsewhere' }, 'the store answers 403 AuthorizationHeaderMalformed'],
  [{ bucket: 'nowhere' }, 'the store answers 404 NoSuchBucket'],
  [{ endpoint: 'http://127.0.0.1:9' }, /./],
] as const)('%j is a fault of every call', async ([over, reason]) => {
  const { blobs } = await setUp(over);
  for (const call of [() => blobs.put('a', inPieces(), 'audio/ogg'), () => blobs.get('a'), () => blobs.remove('a')]) {
    await expect(call()).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE', details: { reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) as string } });
  }
});

test.for(['error', 'full', 'moved', 'cut'] as const)('the store fails (%s), and is well again', async (trouble) => {
  const { server, blobs, spool } = await setUp();
  await blobs.put('session/1', Readable.from(['before']), 'audio/ogg');
  server.goWrong(trouble);
  await expect(blobs.put('session/1', inPieces(), 'audio/ogg')).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
  expect(readdirSync(spool)).toEqual([]);
  if (trouble !== 'cut') await expect(blobs.get('session/1')).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
  else await expect(blobs.get('session/1').then((stream) => stream && buffer(stream))).rejects.toThrow();
  server.goWrong(undefined);
  expect(server.objects.get('eloquence/session/1')?.body.toString()).toBe('before');
  await blobs.put('session/1', inPieces(), 'audio/ogg');
  expect(server.objects.get('eloquence/session/1')?.body).toHaveLength(SOUND.length);
});

test('a store that does not answer is not waited for for ever', async () => {
  const { server, blobs, clock } = await setUp();
  server.goWrong('silent');
  const asked = server.nextRequest();
  const call = expect(blobs.get('session/1')).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE', details: { reason: 'the store does not answer' } });
  await asked;
  clock.advance(30_000);
  await call;
});

test('a body that breaks off is not kept', async () => {
  const { server, blobs, spool } = await setUp();
  const breaking = Readable.from((function* () {
    yield Buffer.from('half');
    throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  })());
  await expect(blobs.put('session/1', breaking, 'audio/ogg')).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE', details: { reason: 'ECONNRESET' } });
  expect(server.objects.size).toBe(0);
  expect(readdirSync(spool)).toEqual([]);
});

test('a key leads nowhere else', async () => {
  const { blobs } = await setUp();
  for (const key of ['../a', 'a/../b', '', '/a', 'a//b', 'a?b', 'a.b', 'é']) await expect(async () => blobs.get(key)).rejects.toThrow(TypeError);
});

test('settings that are half there are refused', () => {
  const clock = new ManualClock();
  const home = temporaryFolder();
  mkdirSync(join(home, 'recordings/spool'), { recursive: true });
  const settings = { s3Endpoint: 'https://s3.example.org', s3Bucket: '', s3Region: 'r', s3Prefix: '' };
  const keys = { databaseUrl: undefined, s3AccessKeyId: 'a', s3SecretAccessKey: 'b' };
  expect(() => openBlobs({ home, clock, settings, secrets: keys })).toThrow('s3Bucket');
  expect(() => openBlobs({ home, clock, settings: { ...settings, s3Bucket: 'b' }, secrets: { ...keys, s3SecretAccessKey: undefined } })).toThrow('S3_SECRET_ACCESS_KEY');
  expect(openBlobs({ home, clock, settings: { ...settings, s3Bucket: 'b' }, secrets: keys })).toBeInstanceOf(S3Blobs);
  expect(readdirSync(join(home, 'recordings'))).toEqual([]);
});
