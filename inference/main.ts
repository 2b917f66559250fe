import { availableParallelism } from 'node:os';
import { loadConfig } from '../core/config.ts';
import { CodedError, isCodedError } from '../core/errors.ts';
import { createLogger } from '../core/log.ts';
import { createRegistry } from '../core/metrics.ts';
import { loadSecrets } from '../core/secrets.ts';
import { Alerts } from './alerts.ts';
import { createChat } from './llm/chat.ts';
import { ComputeGate } from './process/compute-gate.ts';
import { build } from './server.ts';
import { createRecogniser } from './stt/create-recogniser.ts';
import { kokoroOnGpu } from './tts/kokoro-gpu.ts';
import { createSynthesiser } from './tts/synthesiser.ts';

/** Longest time from being told to end to having ended, ms. */
const CLOSING = 2_500;

const log = createLogger('inference');

try {
  const config = loadConfig();
  const registry = createRegistry('inference');
  // As many engines at once as there are cores for their threads.
  const gate = new ComputeGate(Math.max(1, Math.floor(availableParallelism() / config.inference.threads)));
  const recogniser = createRecogniser(config, { log, gate, registry });
  const alerts = new Alerts({ webhook: process.env['ALERT_WEBHOOK_URL'] || undefined, log, registry });
  const kokoroGpu = config.tts.levels['kokoro-gpu'].enabled ? await kokoroOnGpu({ log, nvidiaSmi: config.inference.nvidiaSmi }) : undefined;
  const synthesiser = createSynthesiser(config, { log, gate, registry, alerts, kokoroGpu });
  const chat = await createChat(config, { log, gate, registry });
  const app = await build({ config, log, registry, gate, serviceToken: loadSecrets().serviceToken, recogniser, synthesiser, chat });

  const end = async (): Promise<void> => {
    setTimeout(() => process.exit(1), CLOSING).unref();
    await Promise.all([app.close(), recogniser.close(), synthesiser.close(), chat.close()]);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());

  // Health can be asked while the engines load.
  const { host, inference: { port } } = config;
  const address = await app.listen({ host, port }).catch((cause: unknown) => {
    throw (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? new CodedError('PORT_IN_USE', { port, setting: 'inference.port' }, { cause }) : cause;
  });
  log.info({ address }, 'inference listens; the engines load');
  const failures = (await Promise.allSettled([recogniser.ready(), synthesiser.ready(), chat.ready()])).filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of failures) log.error({ err: reason as unknown }, 'an engine could not start; it is tried again');
  log.info({ llm: chat.health()?.detail ?? 'none: the scripted coach leads', voices: synthesiser.voices() }, failures.length === 0 ? 'inference is ready' : 'inference serves without all of its engines');
} catch (err) {
  if (isCodedError(err)) log.fatal({ code: err.code, fix: err.fix }, err.message);
  else log.fatal({ err }, 'inference could not start');
  process.exit(1);
}
