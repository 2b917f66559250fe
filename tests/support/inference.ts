import { Registry } from 'prom-client';
import { loadConfig, type Config } from '../../core/config.ts';
import { createLogger, type Logger } from '../../core/log.ts';
import { Alerts } from '../../inference/alerts.ts';
import { createChat, type Chat } from '../../inference/llm/chat.ts';
import type { Services } from '../../inference/http/services.ts';
import { ComputeGate } from '../../inference/process/compute-gate.ts';
import { build } from '../../inference/server.ts';
import type { RecognitionStream, StreamOptions } from '../../inference/stt/engine.ts';
import { createRecogniser } from '../../inference/stt/create-recogniser.ts';
import type { Recogniser } from '../../inference/stt/recogniser.ts';
import { createSynthesiser, type Synthesiser } from '../../inference/tts/synthesiser.ts';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import type { FakeLlm } from './fake-llm.ts';

/** What operators of a test show. */
export const TEST_SERVICE_TOKEN = 'service-token-of-a-test';

/** An inference server of a test, listening on a free port of loopback. */
export interface TestInference extends AsyncDisposable {
  readonly url: string;
  readonly registry: Registry;
}

/** With the real engines, ready. `llm` is what it takes for Mistral; without one no language model is configured. */
export async function startInference({ llm }: { llm?: FakeLlm } = {}): Promise<TestInference> {
  const log = createLogger('test');
  const registry = new Registry();
  const gate = new ComputeGate(1);
  const config = testConfig(llm);
  const recogniser = createRecogniser(config, { log, gate, registry });
  const alerts = new Alerts({ webhook: undefined, log, registry });
  const synthesiser = createSynthesiser(config, { log, gate, registry, alerts });
  await Promise.all([recogniser.ready(), synthesiser.ready()]);
  const server = await listen({ config, log, registry, gate, serviceToken: TEST_SERVICE_TOKEN, recogniser, synthesiser, chat: await createChat(config, { log, gate, registry, env: testKeys(llm) }) });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await Promise.all([server[Symbol.asyncDispose](), recogniser.close(), synthesiser.close()]);
    },
  };
}

/** What a test replaces. */
interface StandIns {
  readonly llm?: FakeLlm;
  readonly recogniser?: Partial<Recogniser>;
  readonly synthesiser?: Partial<Synthesiser>;
  readonly limits?: Config['inference']['limits'];
  /** In place of `llm`; it measures into `registry`. */
  readonly chat?: Chat;
  readonly log?: Logger;
  readonly registry?: Registry;
}

/** Around stand-ins of the engines, for what real ones do not do when told. */
export async function startInferenceAround({ llm, recogniser = {}, synthesiser = {}, limits, chat, log = createLogger('test'), registry = new Registry() }: StandIns): Promise<TestInference> {
  const gate = new ComputeGate(1);
  const standard = testConfig(llm);
  const config = limits === undefined ? standard : { ...standard, inference: { ...standard.inference, limits } };
  return listen({
    config,
    log,
    registry,
    gate,
    serviceToken: TEST_SERVICE_TOKEN,
    recogniser: { ...SILENT_RECOGNISER, ...recogniser },
    synthesiser: { ...MUTE_SYNTHESISER, ...synthesiser },
    chat: chat ?? await createChat(config, { log, gate, registry, env: testKeys(llm) }),
  });
}

/** A recognition stream that says what it is told to, and remembers what it was sent. */
export class ScriptedRecognition implements RecognitionStream {
  readonly options: StreamOptions;
  readonly heard: number[] = [];
  closed = false;
  readonly #says: (heard: number) => readonly SttServerMessage[];
  readonly #said: (SttServerMessage | 'end')[] = [];
  #wake: () => void = () => undefined;

  /** @param says what there is to say after so many samples; after the end, with −1 */
  constructor(options: StreamOptions, says: (heard: number) => readonly SttServerMessage[]) {
    this.options = options;
    this.#says = says;
  }

  push(pcm: Int16Array): void {
    for (const sample of pcm) this.heard.push(sample);
    this.#say(...this.#says(this.heard.length));
  }

  end(): void {
    this.#say(...this.#says(-1), 'end');
  }

  close(): void {
    this.closed = true;
    this.#say('end');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SttServerMessage, void> {
    for (;;) {
      const message = this.#said.shift();
      if (message === 'end') return;
      if (message !== undefined) yield message;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #say(...messages: (SttServerMessage | 'end')[]): void {
    this.#said.push(...messages);
    this.#wake();
  }
}

async function listen(services: Services): Promise<TestInference> {
  const app = await build(services);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, registry: services.registry, [Symbol.asyncDispose]: () => app.close() };
}

function testConfig(llm: FakeLlm | undefined): Config {
  const config = loadConfig({});
  const mistral = { ...config.llm.providers.mistral, ...(llm && { baseUrl: llm.url }), firstTokenDeadline: 5_000 };
  return { ...config, llm: { ...config.llm, providers: { ...config.llm.providers, mistral } } };
}

const testKeys = (llm: FakeLlm | undefined): NodeJS.ProcessEnv => (llm === undefined ? {} : { MISTRAL_API_KEY: 'sk-test' });

const SILENT_RECOGNISER: Recogniser = {
  transcribe: (audio) => Promise.resolve({ text: '', language: 'fr', confidence: 0, segments: [], words: [], engine: 'stand-in', model: 'none', device: 'cpu', audioSeconds: audio.length / 16_000, processingMs: 0, rtf: 0 }),
  stream: (options) => new ScriptedRecognition(options, () => []),
  health: () => ({ status: 'ok' }),
  ready: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

const MUTE_SYNTHESISER: Synthesiser = {
  synthesize: () => Promise.resolve({
    level: 'stand-in',
    voice: 'none',
    cache: 'miss',
    overTarget: false,
    passed: [],
    sampleRate: 24_000,
    firstAudioMs: 0,
    audio: (async function* () {
      yield await Promise.resolve(new Int16Array(2_400));
    })(),
  }),
  voices: () => [],
  health: () => ({ 'stand-in': { status: 'ok' } }),
  levels: () => [],
  enable: () => undefined,
  cache: () => ({ entries: 0, bytes: 0, diskEntries: 0, diskBytes: 0, hits: 0, misses: 0 }),
  ready: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
