import { Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import { loadConfig, type Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import { createLogger, type Logger } from '../../core/log.ts';
import { createChat, type Chat } from '../../inference/llm/chat.ts';
import type { ChatChunk, ChatRequest } from '../../inference/llm/provider.ts';
import { ComputeGate } from '../../inference/process/compute-gate.ts';
import { FakeLlm } from './fake-llm.ts';

type Llm = Config['llm'];
type Hosted = Llm['providers']['mistral'];

export const KEYS = { MISTRAL_API_KEY: 'sk-mistral-secret', SCALEWAY_SECRET_KEY: 'scw-secret' };
export const ONLY_MISTRAL = { MISTRAL_API_KEY: 'sk-mistral-secret' };
export const ONLY_SCALEWAY = { SCALEWAY_SECRET_KEY: 'scw-secret' };

/** Nobody is late because the machine is busy. */
const PATIENT = { firstTokenDeadline: 45_000, stallDeadline: 45_000 };

export interface ChatSettings {
  readonly env?: NodeJS.ProcessEnv;
  /** Of every hosted provider. */
  readonly hosted?: Partial<Hosted>;
  readonly mistralUrl?: string;
  readonly llm?: Partial<Omit<Llm, 'providers'>>;
  readonly providers?: Partial<Llm['providers']>;
  readonly registry?: Registry;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Of a local model. */
  readonly threads?: number;
}

/** Two stand-ins of providers on sockets, and the chat before them; OpenAI's address is Scaleway's. */
export class FakeProviders implements AsyncDisposable {
  readonly mistral: FakeLlm;
  readonly scaleway: FakeLlm;

  private constructor(mistral: FakeLlm, scaleway: FakeLlm) {
    this.mistral = mistral;
    this.scaleway = scaleway;
  }

  static async start(): Promise<FakeProviders> {
    const fakes = new FakeProviders(await FakeLlm.start(), await FakeLlm.start({ dialect: 'openai' }));
    fakes.mistral.always({ kind: 'reply', text: 'Bonjour, ici Mistral.' });
    fakes.scaleway.always({ kind: 'reply', text: 'Bonjour, ici Scaleway.' });
    return fakes;
  }

  chat({ env = KEYS, hosted = {}, mistralUrl = this.mistral.url, llm = {}, providers = {}, registry = new Registry(), log = createLogger('test'), threads = 1, ...deps }: ChatSettings = {}): Promise<Chat> {
    const config = loadConfig({});
    const at = (baseUrl: string): Hosted => ({ ...config.llm.providers.mistral, ...PATIENT, ...hosted, baseUrl });
    const scaleway = at(`${this.scaleway.url}/v1`);
    const addresses = { mistral: at(mistralUrl), scaleway, 'openai-compatible': scaleway };
    return createChat({ ...config, inference: { ...config.inference, threads }, llm: { ...config.llm, ...llm, providers: { ...config.llm.providers, ...addresses, ...providers } } }, { log, registry, env, gate: new ComputeGate(1), ...deps });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.mistral[Symbol.asyncDispose](), this.scaleway[Symbol.asyncDispose]()]);
  }
}

/** All chunks of a reply. */
export async function collect(chat: Chat | Promise<Chat>, request: ChatRequest, signal = new AbortController().signal): Promise<ChatChunk[]> {
  const { chunks } = await (await chat).reply(request, signal);
  return Array.fromAsync(chunks);
}

/** What was said. */
export async function ask(chat: Chat | Promise<Chat>, request: ChatRequest): Promise<string> {
  return (await collect(chat, request)).map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

/** The coded error that a request fails with. */
export async function failure(chat: Chat | Promise<Chat>, request: ChatRequest): Promise<CodedError> {
  const error: unknown = await ask(chat, request).catch((cause: unknown) => cause);
  if (error instanceof CodedError) return error;
  throw new Error('it did not fail with a coded error', { cause: error });
}
