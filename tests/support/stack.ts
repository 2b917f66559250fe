import { fileURLToPath } from 'node:url';
import { loadConfig, type Config } from '../../core/config.ts';
import { startStack, type Stack } from '../../ops/up/stack.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';
import { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import type { SessionEvent } from '../../protocol/session-events.ts';
import { temporaryHome } from './home.ts';
import { Learner } from './learner.ts';
import { SessionEvents } from './session-events.ts';

const EPHEMERAL = fileURLToPath(new URL('./ephemeral.yaml', import.meta.url));

interface JoinRequest {
  readonly exercise?: string;
  readonly room?: string;
  readonly participant?: string;
  readonly microphone?: boolean;
  /** Agrees to be recorded. */
  readonly record?: boolean;
}

type TestLearner = Learner & { readonly session: string; readonly roomName: string };

export interface TestStack {
  readonly stack: Stack;
  readonly home: string;
  readonly inference: InferenceClient;
  readonly tokenService: TokenServiceClient;
  /** Asks for a token and joins as a learner. */
  join(request?: JoinRequest): Promise<TestLearner>;
  /** The same, and lets the coach finish its first words. */
  meet(request?: JoinRequest): Promise<{ learner: TestLearner; events: SessionEvents }>;
  stop(): Promise<void>;
}

/** The whole of Eloquence, real servers and models, on ports and a data folder of its own. */
export async function startTestStack({ env = {}, change = (config) => config, onLine }: { env?: Record<string, string>; change?: (config: Config) => Config; onLine?: (line: string) => void } = {}): Promise<TestStack> {
  const { home, remove } = temporaryHome();
  const settings = { ...process.env, LOG_LEVEL: 'info', ELOQUENCE_CONFIG: EPHEMERAL, ...env, ELOQUENCE_HOME: home };
  const config = change(loadConfig(settings));
  const show = process.env['SHOW_LOGS'] !== undefined;
  const stack = await startStack({ config, env: settings, onLine: (service, line) => {
    onLine?.(line);
    if (show) process.stderr.write(`${service}: ${line}\n`);
  } }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const tokenService = new TokenServiceClient(stack.addresses.tokenService, { serviceToken: stack.secrets.serviceToken });
  const learners: Learner[] = [];
  const join: TestStack['join'] = async ({ microphone, participant = 'Camille', ...request } = {}) => {
    const { token, url, room, session } = await tokenService.requestToken({ participant, ...request });
    const learner = await Learner.join({ url, token, ...(microphone === undefined ? {} : { microphone }) });
    learners.push(learner);
    // What was said tells why a conversation went another way. The benchmarks join without vitest.
    if (process.env['VITEST'] !== undefined) (await import('vitest')).onTestFailed(async () => print(await new SessionEvents(tokenService, session).all()));
    return Object.assign(learner, { session, roomName: room });
  };
  return {
    stack,
    home,
    join,
    inference: new InferenceClient(stack.addresses.inference),
    tokenService,
    async meet(request) {
      const learner = await join(request);
      await learner.hears();
      await learner.quiet(1_000);
      return { learner, events: new SessionEvents(tokenService, learner.session) };
    },
    async stop() {
      for (const learner of learners) await learner.leave().catch(() => undefined);
      await stack.stop();
      remove();
    },
  };
}

function print(events: readonly SessionEvent[]): void {
  for (const event of events) if (event.type !== 'flow_moved') process.stdout.write(`${JSON.stringify(event)}\n`);
}
