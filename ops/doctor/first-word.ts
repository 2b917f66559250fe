import type { RemoteTrack } from '@livekit/rtc-node';
import { RoomServiceClient } from 'livekit-server-sdk';
import type { Config } from '../../core/config.ts';
import { loadSecrets } from '../../core/secrets.ts';
import { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import type { Check, Outcome } from './check.ts';

const LIMIT = 15_000;
/** A learner who waits longer than this, in ms, has begun to wonder. */
const SLOW = 5_000;
const SAMPLE_RATE = 16_000;
/** Root mean square of a frame above which somebody speaks: −40 dB of full scale. */
const AUDIBLE = 328;

/** The whole way of a learner: a token, the room, the coach's first word. */
export const firstWordCheck = (config: Config, env: NodeJS.ProcessEnv): Check => ({
  id: 'first-word', title: 'token → join → first word', needs: ['livekit', 'token-service', 'agent'], limitMs: LIMIT,
  run: (signal) => hearFirstWord(config, env, signal),
  fix: 'See the other findings; logs/agent.log and logs/livekit.log of the data folder tell of this room.',
});

async function hearFirstWord({ tokenService, livekit }: Config, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Outcome> {
  process.env['NODE_ENV'] ??= 'production'; // else rtc-node prints its debug log on stdout
  const { AudioStream, Room, RoomEvent, TrackKind } = await import('@livekit/rtc-node');
  const audible = async (track: RemoteTrack): Promise<void> => {
    for await (const { data } of new AudioStream(track, SAMPLE_RATE, 1)) {
      signal.throwIfAborted();
      const power = data.reduce((sum, sample) => sum + sample * sample, 0) / data.length;
      if (Math.sqrt(power) > AUDIBLE) return;
    }
  };

  // As a service: also where learners come by invitation alone.
  const { token, url, room: name } = await new TokenServiceClient(tokenService.url, loadSecrets(env)).requestToken({ participant: 'doctor' }, signal);
  const room = new Room();
  let missing = `no connection to ${url}: a firewall may block livekit.rtcUdpPort`;
  try {
    const { promise: spoken, resolve, reject } = Promise.withResolvers<undefined>();
    spoken.catch(() => undefined); // met below, unless connecting fails first
    signal.addEventListener('abort', () => reject(new Error(missing)), { once: true });
    room.on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind !== TrackKind.KIND_AUDIO) return;
      missing = 'the coach is there and says nothing: see the voices';
      audible(track).then(() => resolve(undefined), reject);
    });
    await Promise.race([room.connect(url, token, { autoSubscribe: true, dynacast: false }), spoken]);
    const joined = performance.now();
    missing = 'no coach came into the room: see the agent';
    await spoken;
    const waited = performance.now() - joined;
    const detail = `the coach spoke ${(waited / 1_000).toFixed(1)} s after joining`;
    if (waited < SLOW) return { status: 'ok', detail };
    return { status: 'warning', detail, fix: 'A second or two is usual: see what else keeps this machine busy, and whether a voice fails.' };
  } finally {
    await room.disconnect();
    // Else the coach would wait for the learner to come back.
    const { livekitApiKey, livekitApiSecret } = loadSecrets(env);
    await new RoomServiceClient(livekit.url.replace(/^ws/, 'http'), livekitApiKey, livekitApiSecret).deleteRoom(name).catch(() => undefined);
  }
}
