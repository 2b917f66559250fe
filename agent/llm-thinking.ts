import { llm, type APIConnectOptions } from '@livekit/agents';
import { LLM } from '@livekit/agents-plugin-openai';
import { asLearnerSpeech } from '../coaching/llm-prompt.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import type { ReplyPiece } from './reply-model.ts';

const ONE_TRY: APIConnectOptions = { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 30_000 };

export interface LlmThinkingOptions {
  /** OpenAI-compatible base address, ending in /v1, of the inference server that is alive now. */
  readonly baseUrl: () => string;
  readonly model: string;
  /** Longest wait for the first and for each next piece, ms. */
  readonly deadline: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told when the LLM fails, and when it answers again. */
  readonly onAvailable: (available: boolean) => void;
}

/**
 * Replies by the language model behind inference. When nothing comes in time, or it fails, `fallback` takes the turn;
 * a reply that breaks off after it has begun ends there, since half of it may have been heard.
 */
export class LlmThinking {
  readonly #options: LlmThinkingOptions;
  #model: { readonly baseUrl: string; readonly llm: LLM } | undefined;

  constructor(options: LlmThinkingOptions) {
    this.#options = options;
  }

  /** Of the server in use: another one where that has died. Agents hold no provider keys: inference does. */
  #current(): LLM {
    const baseUrl = this.#options.baseUrl();
    if (this.#model?.baseUrl !== baseUrl) this.#model = { baseUrl, llm: new LLM({ baseURL: baseUrl, apiKey: 'held-by-inference', model: this.#options.model }) };
    return this.#model.llm;
  }

  async *reply(instructions: string, conversation: llm.ChatContext, fallback: () => string, signal: AbortSignal): AsyncGenerator<ReplyPiece, void> {
    const { deadline, clock, log, onAvailable } = this.#options;
    const context = llm.ChatContext.empty();
    context.addMessage({ role: 'system', content: instructions });
    for (const item of conversation.items) {
      if (item.type !== 'message' || (item.role !== 'user' && item.role !== 'assistant')) continue;
      const text = item.rawTextContent ?? '';
      context.addMessage({ role: item.role, content: item.role === 'user' ? asLearnerSpeech(text) : text });
    }

    const model = this.#current();
    const stream = model.chat({ chatCtx: context, connOptions: ONE_TRY });
    let begun = false;
    // A stream that fails only ends; why is told here.
    let failure: Error | undefined;
    const onError = ({ error }: { error: Error }): void => void (failure = error);
    model.on('error', onError);
    try {
      for (;;) {
        const next = await within(deadline, clock, stream.next());
        if (next === 'late') throw new Error(`no ${begun ? 'further' : 'first'} word within ${deadline} ms`);
        if (next.done === true) break;
        const text = next.value.delta?.content ?? '';
        if (text === '') continue;
        begun = true;
        yield { by: 'llm', text };
      }
      if (signal.aborted) return;
      if (failure !== undefined || !begun) throw failure ?? new Error('an empty reply');
      onAvailable(true);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, begun }, begun ? 'the LLM broke off; its reply ends there' : 'the LLM did not answer; the scripted coach takes the turn');
      onAvailable(false);
      if (!begun) yield { by: 'scripted', text: fallback() };
    } finally {
      stream.close();
      model.off('error', onError);
    }
  }
}

async function within<Value>(ms: number, clock: Clock, promise: Promise<Value>): Promise<Value | 'late'> {
  let cancel = (): void => undefined;
  const late = new Promise<'late'>((resolve) => (cancel = clock.after(ms, () => resolve('late'))));
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
