import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { defineAgent, inference as framework, type JobContext, type VAD } from '@livekit/agents';
import { systemClock } from '../core/clock.ts';
import { inferenceUrls, loadConfig, type Config } from '../core/config.ts';
import { createLogger, type Logger } from '../core/log.ts';
import { inHome } from '../core/paths.ts';
import { loadSecrets } from '../core/secrets.ts';
import { InferenceClient } from '../protocol/clients/inference.ts';
import { renderAhead, renderWhole } from '../protocol/clients/render-ahead.ts';
import { TokenServiceClient } from '../protocol/clients/token-service.ts';
import type { JobMetadata } from '../protocol/session.ts';
import type { EndReason } from '../protocol/session-events.ts';
import { CoachingSession } from './coaching-session.ts';
import { Dialogue } from './dialogue.ts';
import { EmergencyClips } from './emergency-clips.ts';
import { logThrough } from './framework-log.ts';
import { claimLease, LeaseKeeper } from './lease-keeper.ts';
import { boxFile, boxName } from './outbox/box-file.ts';
import { lastWords } from './outbox/last-words.ts';
import { Outbox } from './outbox/outbox.ts';
import { outboxFolder, sweeperFor } from './outbox/place.ts';
import { Shipper } from './outbox/shipper.ts';
import { Recording } from './recording/recording.ts';

/** Phrases rendered ahead for one session: its openings and short first sentences. `eloquence up` renders them all. */
const LIKELIEST = 60;

/** As long as a lease lasts that nobody renews, and a little more, ms. */
const LEASE_PATIENCE = 17_000;

/** Longest wait for inference to say what it has, ms: a learner waits for the first word. */
const ASK_HEALTH = 2_000;

interface Prewarmed {
  readonly config: Config;
  readonly log: Logger;
  readonly vad: VAD;
}

// One room: the worker's process pool loads this file ahead of time and calls `entry` when a learner's room needs a coach.
export default defineAgent<Prewarmed>({
  prewarm: (process) => {
    const log = createLogger('agent');
    logThrough(log);
    process.userData = { config: loadConfig(), log, vad: new framework.VAD({ model: 'silero' }) };
    flushCompileCache();
    return Promise.resolve();
  },

  entry: async (job: JobContext<Prewarmed>) => {
    const { config, vad } = job.proc.userData;
    const { session: id } = JSON.parse(job.job.metadata) as JobMetadata;
    const log = job.proc.userData.log.child({ session: id });
    logThrough(log);
    const inference = new InferenceClient(inferenceUrls(config));
    const tokenService = new TokenServiceClient(config.tokenService.url, { serviceToken: loadSecrets().serviceToken });

    // What an earlier coach of this session had still to tell comes before what this one will.
    await sweeperFor(tokenService, log).tell(id).catch((error: unknown) => log.warn({ err: error }, 'an earlier outbox of this session waits'));
    const [lease, health] = await Promise.all([
      claimLease(tokenService, { session: id, holder: job.job.id, clock: systemClock, patience: LEASE_PATIENCE }),
      inference.health(AbortSignal.timeout(ASK_HEALTH)).catch(() => undefined),
    ]);
    const { term, past } = lease;
    const box = { session: id, term, pid: process.pid };
    const shipper = new Shipper({ session: id, term, tokenService, clock: systemClock, log });
    const outbox = new Outbox({ file: boxFile(outboxFolder(), box), onEvent: (event) => shipper.push(event), log });
    const keeper = new LeaseKeeper({ tokenService, lease, clock: systemClock, log, onLost: () => void close('closed').then(() => job.shutdown('another coach has the session')) });
    const record = (): Recording => new Recording(join(outboxFolder(), boxName(box)), Date.now(), log);
    const dialogue = new Dialogue(lease.session, past);
    const clips = new EmergencyClips(dialogue.speech.language);
    // A model that rests at this moment may answer the next turn: what counts is whether one is configured.
    const thinker = health?.parts['llm'] === undefined ? 'scripted' : 'llm';
    const leaving = new AbortController();
    const session = new CoachingSession(job.room, dialogue, { config, inference, outbox, past, record, clips, vad, clock: systemClock, log, thinker });
    await session.start(() => job.connect());
    log.info({ exercise: dialogue.identity.exercise, thinker, resumed: dialogue.resumed }, thinker === 'scripted' ? 'the scripted coach leads: no language model is configured' : 'the coach is in the room');

    const { speech } = dialogue;
    const render = async (text: string): Promise<Int16Array> => {
      await session.silence();
      return renderWhole(inference, { ...speech, text }, leaving.signal);
    };
    void clips.load({ folder: inHome('cache', 'clips'), voice: speech.voice, render, signal: leaving.signal, log })
      .then(async () => {
        for (const phrase of dialogue.fixedPhrases().slice(0, LIKELIEST)) {
          await session.silence();
          await renderAhead(inference, speech, [phrase], leaving.signal);
        }
      })
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) log.warn({ err: error }, 'phrases could not be rendered ahead');
      });

    async function close(reason: EndReason): Promise<void> {
      leaving.abort(new Error('the session is over'));
      await session.close(reason);
      // Told what happened, the token service knows whether another coach is wanted; else the worker tells it first.
      await keeper.close({ release: await lastWords(shipper, outbox) });
    }
    // The worker lets go of the job (a restart, a lost room): the session itself may go on in another one.
    job.addShutdownCallback(() => close('closed'));
    void session.ended.then(async (reason) => {
      await close(reason);
      log.info({ reason }, 'the session is over');
      job.shutdown(reason);
    });
  },
});

