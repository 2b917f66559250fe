import { initializeLogger, voice } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { HeardOutput, type HeardSound, type HeardSpeech } from '../../agent/heard-output.ts';

const RATE = 24_000;
const FRAME_MS = 20;

/** An output that plays at the test's word. */
class Player extends voice.AudioOutput {
  readonly calls: string[] = [];

  constructor() {
    super(RATE, undefined, { pause: true });
  }

  override clearBuffer(): void {
    this.calls.push('clear');
  }

  override flush(): void {
    super.flush();
    this.calls.push('flush');
  }
}

/** Frames whose samples count on from `first`. */
function frames(count: number, first = 0): AudioFrame[] {
  const length = (RATE * FRAME_MS) / 1_000;
  return Array.from({ length: count }, (_, index) => new AudioFrame(Int16Array.from({ length }, (_value, sample) => (first + index * length + sample) % 30_000), RATE, 1, length));
}

function setUp({ keepSound = true }: { keepSound?: boolean } = {}) {
  const player = new Player();
  const marks = new Map<AudioFrame, string>();
  const speeches: HeardSpeech<string>[] = [];
  const sounds: HeardSound[] = [];
  const output = new HeardOutput<string>(player, {
    markOf: (frame) => marks.get(frame),
    onSpeech: (speech) => speeches.push(speech),
    keepsSound: () => keepSound,
    onSound: (sound) => sounds.push(sound),
  });
  const capture = async (clauses: readonly { text: string; frames: AudioFrame[] }[]): Promise<void> => {
    for (const { text, frames: sound } of clauses) {
      const [first] = sound;
      if (first !== undefined) marks.set(first, text);
      for (const frame of sound) await output.captureFrame(frame);
    }
  };
  return { player, output, speeches, sounds, capture };
}

describe('what was heard of the coach', () => {
  beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));

  test('is a speech with its beginning, its length and its clauses, and its sound at its time', async () => {
    const { player, output, speeches, sounds, capture } = setUp();
    await capture([{ text: 'Bonjour,', frames: frames(10) }]);
    player.onPlaybackStarted(5_000);
    await capture([{ text: 'je suis Marie.', frames: frames(20, 10) }]);
    output.flush();
    player.onPlaybackProgressed({ startedAt: 5_000, offset: 0, duration: 600 });
    player.onPlaybackFinished({ playbackPosition: 0.6, interrupted: false });

    expect(speeches).toEqual([{ startedAt: 5_000, durationMs: 600, marks: [{ mark: 'Bonjour,', startMs: 0 }, { mark: 'je suis Marie.', startMs: 200 }] }]);
    expect(sounds.map(({ at, pcm }) => [at, pcm.length])).toEqual([[5_000, RATE * 0.6]]);
    expect(player.calls).toEqual(['flush']);
  });

  test('of an interrupted speech ends where it was cut: clauses after that never were', async () => {
    const { player, output, speeches, sounds, capture } = setUp();
    const sound = frames(20);
    await capture([{ text: 'un,', frames: sound.slice(0, 10) }, { text: 'deux,', frames: sound.slice(10) }]);
    player.onPlaybackStarted(1_000);
    output.clearBuffer();
    player.onPlaybackProgressed({ startedAt: 1_000, offset: 0, duration: 150 });
    player.onPlaybackFinished({ playbackPosition: 0.15, interrupted: true });
    expect(speeches).toEqual([{ startedAt: 1_000, durationMs: 150, marks: [{ mark: 'un,', startMs: 0 }] }]);
    expect(sounds[0]?.pcm).toHaveLength(RATE * 0.15);
    expect(player.calls).toEqual(['clear']);
  });

  test('has its gap where the output paused', async () => {
    const { player, output, sounds, capture } = setUp();
    await capture([{ text: 'un', frames: frames(20) }]);
    player.onPlaybackStarted(1_000);
    player.onPlaybackProgressed({ startedAt: 1_000, offset: 0, duration: 100 });
    player.onPlaybackProgressed({ startedAt: 3_000, offset: 150, duration: 250 });
    output.flush();
    player.onPlaybackFinished({ playbackPosition: 0.35, interrupted: false });
    expect(sounds.map(({ at, pcm }) => [at, pcm[0], pcm.length])).toEqual([[1_000, 0, RATE * 0.1], [3_000, RATE * 0.15, RATE * 0.25]]);
  });

  test('is nothing of a speech that was thrown away before it began', async () => {
    const { player, output, speeches, capture } = setUp();
    await capture([{ text: 'jamais', frames: frames(5) }]);
    output.clearBuffer();
    output.flush();
    await capture([{ text: 'dit', frames: frames(5) }]);
    player.onPlaybackStarted(2_000);
    output.flush();
    player.onPlaybackFinished({ playbackPosition: 0.1, interrupted: false });
    expect(speeches.map(({ startedAt, marks }) => [startedAt, marks.map(({ mark }) => mark)])).toEqual([[2_000, ['dit']]]);
  });

  test('keeps no sound where nobody agreed to it', async () => {
    const { player, output, speeches, sounds, capture } = setUp({ keepSound: false });
    await capture([{ text: 'un', frames: frames(5) }]);
    player.onPlaybackStarted(1_000);
    output.flush();
    player.onPlaybackProgressed({ startedAt: 1_000, offset: 0, duration: 100 });
    player.onPlaybackFinished({ playbackPosition: 0.1, interrupted: false });
    expect(speeches).toHaveLength(1);
    expect(sounds).toEqual([]);
  });
});
