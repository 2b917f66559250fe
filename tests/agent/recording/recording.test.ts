import { execFileSync } from 'node:child_process';
import { constants, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { RecordingDelivery } from '../../../agent/recording/delivery.ts';
import { Recording, RECORDING_RATE, sideFile } from '../../../agent/recording/recording.ts';
import { CodedError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import type { RecordingUpload } from '../../../protocol/clients/token-service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const log = createLogger('test', 'silent');
const BEGUN = 1_700_000_000_000;
const BOX = { session: 'b7', term: 2, pid: 99 };
const BASE = 'b7.2.99';

/** Sound of one loudness. */
const level = (ms: number, value: number, rate = RECORDING_RATE): Int16Array => new Int16Array((ms * rate) / 1_000).fill(value);

/** Mean absolute sample from `from` to `to`, ms. */
function loudness(pcm: Int16Array, from: number, to: number): number {
  const part = pcm.subarray((from * RECORDING_RATE) / 1_000, (to * RECORDING_RATE) / 1_000);
  return part.reduce((sum, sample) => sum + Math.abs(sample), 0) / part.length;
}

const samples = (bytes: Buffer): Int16Array => new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

async function record(folder: string): Promise<void> {
  const recording = new Recording(join(folder, BASE), BEGUN, log);
  for (let frame = 0; frame < 100; frame += 1) recording.write('learner', BEGUN + 200 + frame * 10, level(10, 8_000), RECORDING_RATE);
  recording.write('coach', BEGUN + 1_500, level(500, 4_000, 24_000), 24_000);
  recording.write('learner', BEGUN + 2_500, level(250, 8_000), RECORDING_RATE);
  await recording.close();
}

describe('a recording', () => {
  test('keeps each sound at its time, in files of its owner alone, in a folder that it makes', async () => {
    let folder = temporaryFolder();
    await record(join(folder, 'outbox'));
    folder = join(folder, 'outbox');
    const learner = samples(readFileSync(sideFile(join(folder, BASE), BEGUN, 'learner')));
    expect(learner.length).toBe((2_750 * RECORDING_RATE) / 1_000);
    expect([loudness(learner, 0, 199), loudness(learner, 200, 1_200), loudness(learner, 1_201, 2_499), loudness(learner, 2_500, 2_750)]).toEqual([0, 8_000, 0, 8_000]);
    const coach = samples(readFileSync(sideFile(join(folder, BASE), BEGUN, 'coach')));
    expect(loudness(coach, 0, 1_498)).toBe(0);
    expect(loudness(coach, 1_510, 1_990)).toBeCloseTo(4_000, -2);
    expect(statSync(sideFile(join(folder, BASE), BEGUN, 'coach')).mode & 0o777).toBe(0o600);
  });

  test('does not hold up the session where the disk refuses it', async () => {
    const file = join(temporaryFolder(), 'no folder');
    writeFileSync(file, '');
    const recording = new Recording(join(file, BASE), BEGUN, log);
    recording.write('learner', BEGUN, level(5_000, 1), RECORDING_RATE);
    await expect(recording.close()).resolves.toBeUndefined();
  });
});

describe('a recording whose disk is full for a while', () => {
  /** A disk with room for so many bytes, until somebody makes more. */
  function smallDisk(bytes: number) {
    const full = (): Error => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    let room = bytes;
    return {
      room: (more: number): void => void (room = more),
      open: async (path: string) => {
        if (room === 0) throw full();
        const file = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
        return {
          // As Linux does: a part is taken, and said to be; where nothing is, it is an error.
          write: async (data: Uint8Array, from: number, length: number, at: number) => {
            const fits = Math.min(length, room);
            if (length > 0 && fits === 0) throw full();
            room -= fits;
            return file.write(data, from, fits, at);
          },
          close: () => file.close(),
        } as Pick<FileHandle, 'write' | 'close'>;
      },
    };
  }

  const said: string[] = [];
  const logged = createLogger('test', 'silent');
  vi.spyOn(logged, 'error').mockImplementation((fields) => void said.push(JSON.stringify(fields)));
  vi.spyOn(logged, 'warn').mockImplementation((fields) => void said.push(JSON.stringify(fields)));

  /** Bytes of a second. */
  const SECOND = RECORDING_RATE * 2;

  test('goes on in its place when there is room again, with silence for what was lost, and says so once', async () => {
    said.length = 0;
    const folder = temporaryFolder();
    const disk = smallDisk(2.25 * SECOND);
    const recording = new Recording(join(folder, BASE), BEGUN, logged, disk.open);
    let at = 0;
    const speak = async (ms: number): Promise<void> => {
      for (const end = at + ms; at < end; at += 10) recording.write('learner', BEGUN + at, level(10, 8_000), RECORDING_RATE);
      await recording.settled();
    };
    await speak(5_000);
    disk.room(60 * SECOND);
    await speak(2_000);
    await recording.close();

    const learner = samples(readFileSync(sideFile(join(folder, BASE), BEGUN, 'learner')));
    expect(learner.length).toBe((7_000 * RECORDING_RATE) / 1_000);
    expect([loudness(learner, 0, 2_250), loudness(learner, 2_250, 5_000), loudness(learner, 5_000, 7_000)]).toEqual([8_000, 0, 8_000]);
    expect(said).toEqual(['{"code":"ENOSPC"}', '{"lostMs":3000}']);
  });

  test('begins late where there was no room for its file, and is delivered whole', async () => {
    const folder = temporaryFolder();
    const disk = smallDisk(0);
    const recording = new Recording(join(folder, BASE), BEGUN, log, disk.open);
    recording.write('learner', BEGUN, level(1_000, 8_000), RECORDING_RATE);
    await recording.settled();
    disk.room(60 * SECOND);
    recording.write('learner', BEGUN + 1_000, level(1_000, 8_000), RECORDING_RATE);
    await recording.close();

    const uploads: RecordingUpload[] = [];
    await new RecordingDelivery({ folder, log, tokenService: { putRecording: (_session, _term, upload) => Promise.resolve(void uploads.push(upload)) } }).deliver(BOX);
    expect(uploads).toMatchObject([{ startedAt: BEGUN, durationMs: 2_000 }]);
  });
});

describe('its delivery', () => {
  async function received(upload: RecordingUpload): Promise<Buffer> {
    return Buffer.from(await new Response(upload.body).arrayBuffer());
  }

  test('makes one stereo file of both sides, equally long, and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    await record(folder);
    const uploads: (RecordingUpload & { readonly file: Buffer })[] = [];
    const delivery = new RecordingDelivery({ folder, log, tokenService: { putRecording: async (session, term, upload) => {
      expect([session, term]).toEqual(['b7', 2]);
      uploads.push({ ...upload, file: await received(upload) });
    } } });
    await delivery.deliver(BOX);

    expect(uploads).toMatchObject([{ startedAt: BEGUN, durationMs: 2_750, contentType: 'audio/flac' }]);
    const stereo = samples(execFileSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', '-f', 's16le', '-ac', '2', 'pipe:1'], { input: uploads[0]?.file }));
    expect(stereo.length).toBe(2 * (2_750 * RECORDING_RATE) / 1_000);
    const side = (channel: number): Int16Array => stereo.filter((_, index) => index % 2 === channel);
    expect([loudness(side(0), 0, 199), loudness(side(0), 200, 1_200), loudness(side(1), 0, 1_400)]).toEqual([0, 8_000, 0]);
    expect(loudness(side(1), 1_510, 1_990)).toBeCloseTo(4_000, -2);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('makes WAV where there is no ffmpeg', async () => {
    const folder = temporaryFolder();
    await record(folder);
    vi.stubEnv('PATH', folder);
    let file: Buffer = Buffer.alloc(0);
    let type = '';
    await new RecordingDelivery({ folder, log, tokenService: { putRecording: async (_session, _term, upload) => {
      type = upload.contentType;
      file = await received(upload);
    } } }).deliver(BOX);
    vi.unstubAllEnvs();
    expect(type).toBe('audio/wav');
    expect([file.toString('latin1', 0, 4), file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt32LE(40)]).toEqual(['RIFF', 2, RECORDING_RATE, file.length - 44]);
    const stereo = samples(file.subarray(44));
    expect(loudness(stereo.filter((_, index) => index % 2 === 0), 200, 1_200)).toBe(8_000);
  });

  test('keeps the sound where the service is away, and removes it where nobody agreed to it', async () => {
    const folder = temporaryFolder();
    await record(folder);
    const away = new RecordingDelivery({ folder, log, tokenService: { putRecording: () => Promise.reject(new CodedError('ENGINE_UNAVAILABLE', { engine: 'token-service', reason: 'gone' })) } });
    await expect(away.deliver(BOX)).rejects.toThrow('token-service');
    expect(readdirSync(folder)).toContain(`${BASE}.${BEGUN}.learner.pcm`);
    const refused = new RecordingDelivery({ folder, log, tokenService: { putRecording: () => Promise.reject(new CodedError('RECORDING_REFUSED', { session: 'b7' })) } });
    await refused.deliver(BOX);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('does nothing where nothing was recorded, and touches nobody else’s files', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, `${BASE}.jsonl`), '');
    writeFileSync(join(folder, `b7.2.991.${BEGUN}.learner.pcm`), '');
    const delivery = new RecordingDelivery({ folder, log, tokenService: { putRecording: () => Promise.reject(new Error('never asked')) } });
    await delivery.deliver(BOX);
    await delivery.remove(BOX);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
