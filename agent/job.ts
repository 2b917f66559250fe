import { defineAgent, inference as framework, type JobContext, type VAD } from '@livekit/agents';
import { systemClock } from '../core/clock.ts';
import { loadConfig, type Config } from '../core/config.ts';
import { createLogger, type Logger } from '../core/log.ts';
import { inHome } from '../core/paths.ts';
import { loadSecrets } from '../core/secrets.ts';
import { InferenceClient } from '../protocol/clients/inference.ts';
import { renderAhead, renderWhole } from '../protocol/clients/render-ahead.ts';
import { TokenServiceClient } from '../protocol/clients/token-service.ts';
import type { JobMetadata } from '../protocol/session.ts';
import { CoachingSession } from './coaching-session.ts';
import type { EndReason } from './conversation.ts';
import { Dialogue } from './dialogue.ts';
import { EmergencyClips } from './emergency-clips.ts';
import { logThrough } from './framework-log.ts';
import { Outbox } from './outbox.ts';

/** Phrases rendered ahead for one session: its openings and short first sentences. `eloquence up` renders them all. */
const LIKELIEST = 60;

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
    return Promise.resolve();
  },

  entry: async (job: JobContext<Prewarmed>) => {
    const { config, vad } = job.proc.userData;
    const { session: id } = JSON.parse(job.job.metadata) as JobMetadata;
    const log = job.proc.userData.log.child({ session: id });
    logThrough(log);
    const inference = new InferenceClient(config.inference.url);
    const tokenService = new TokenServiceClient(config.tokenService.url, { serviceToken: loadSecrets().serviceToken });

    const [record, outbox, health] = await Promise.all([
      tokenService.session(id),
      Outbox.open(inHome('outbox', `${id}.jsonl`), { log }),
      inference.health(AbortSignal.timeout(ASK_HEALTH)).catch(() => undefined),
    ]);
    const dialogue = new Dialogue(record, outbox.past);
    const clips = new EmergencyClips(dialogue.speech.language);
    // A model that rests at this moment may answer the next turn: what counts is whether one is configured.
    const thinker = health?.parts['llm'] === undefined ? 'scripted' : 'llm';
    const session = new CoachingSession(job.room, dialogue, { config, inference, outbox, clips, vad, clock: systemClock, log, thinker });
    await session.start(() => job.connect());
    log.info({ exercise: dialogue.identity.exercise, thinker, resumed: dialogue.resumed }, thinker === 'scripted' ? 'the scripted coach leads: no language model is configured' : 'the coach is in the room');

    const leaving = new AbortController();
    void clips.load({ folder: inHome('cache', 'clips'), voice: dialogue.speech.voice, render: (text) => renderWhole(inference, { ...dialogue.speech, text }, leaving.signal), signal: leaving.signal, log })
      .then(() => renderAhead(inference, dialogue.speech, dialogue.fixedPhrases().slice(0, LIKELIEST), leaving.signal))
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) log.warn({ err: error }, 'phrases could not be rendered ahead');
      });

    const close = (reason: EndReason): Promise<void> => {
      leaving.abort(new Error('the session is over'));
      return session.close(reason);
    };
    // The worker lets go of the job (a restart, a lost room): the session itself may go on in another one.
    job.addShutdownCallback(() => close('closed'));
    void session.ended.then(async (reason) => {
      await close(reason);
      log.info({ reason }, 'the session is over');
      job.shutdown(reason);
    });
  },
});

