import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { ComputeGate } from '../process/compute-gate.ts';
import type { Deadlines } from './chat-chain.ts';
import type { ChatProvider } from './provider.ts';
import { defaultModelAt } from './request-fields.ts';

type Settings = Config['llm']['providers'];

export interface ProviderDeps {
  /** Where the keys are. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly gate: ComputeGate;
  readonly threads: number;
}

interface Context extends ProviderDeps {
  /** llm.model */
  readonly model: string;
}

/** Undefined where it is off or has no key. A library is loaded only where it is used: each is most of a second of JavaScript. */
const CREATE: { readonly [Name in keyof Settings]: (settings: Settings[Name], context: Context) => Promise<ChatProvider | undefined> } = {
  async mistral(settings, context) {
    const address = hosted(settings, 'MISTRAL_API_KEY', context);
    if (address === undefined) return undefined;
    const { MistralProvider } = await import('./mistral.ts');
    return new MistralProvider(address);
  },
  scaleway: (settings, context) => openAiCompatible('scaleway', hosted(settings, 'SCALEWAY_SECRET_KEY', context)),
  'openai-compatible': (settings, context) => openAiCompatible('openai-compatible', hosted(settings, 'OPENAI_API_KEY', context)),
  async local({ enabled, model, contextTokens, conversations }, { log, gate, threads }) {
    if (!enabled) return undefined;
    const file = resolve(inHome('models'), model);
    if (model === '' || !existsSync(file)) throw new CodedError('LLM_MODEL_MISSING', { file: model === '' ? '(none is named)' : file });
    const { LocalModel } = await import('./local.ts');
    return new LocalModel({ file, contextTokens, conversations, threads }, { log, gate });
  },
};

/**
 * The providers that can be asked, in the configuration's order, with their deadlines.
 * @throws CodedError LLM_MODEL_MISSING, CONFIG_INVALID for a key that cannot be one
 */
export async function createProviders({ order, providers, model }: Config['llm'], deps: ProviderDeps): Promise<(Deadlines & { readonly provider: ChatProvider })[]> {
  const create = async <Name extends keyof Settings>(name: Name, settings: Settings[Name]): Promise<(Deadlines & { readonly provider: ChatProvider }) | undefined> => {
    const { firstTokenDeadline, stallDeadline } = settings;
    const provider = await CREATE[name](settings, { ...deps, model });
    return provider && { provider, firstTokenDeadline, stallDeadline };
  };
  return (await Promise.all(order.map((name) => create(name, providers[name])))).filter((link) => link !== undefined);
}

interface Address {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
}

function hosted({ enabled, baseUrl, model }: Settings['mistral'], key: string, context: Context): Address | undefined {
  const apiKey = keyIn(context.env, key);
  return enabled && apiKey !== undefined ? { baseUrl, apiKey, model: model || defaultModelAt(baseUrl, context.model) } : undefined;
}

async function openAiCompatible(name: string, address: Address | undefined): Promise<ChatProvider | undefined> {
  if (address === undefined) return undefined;
  const { OpenAiCompatible } = await import('./openai-compatible.ts');
  return new OpenAiCompatible({ ...address, name });
}

/** Whatever reads a secret from a file leaves its line end on it; anything else that a header cannot carry would be quoted by whoever refuses it. */
function keyIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = env[name]?.trim();
  if (!key) return undefined;
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new CodedError('CONFIG_INVALID', { file: `${name} of the environment`, path: '/', reason: 'it has characters that no key has' });
}
