import { randomUUID } from 'node:crypto';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { PRIORITY, type ComputeGate } from '../process/compute-gate.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { throughGate } from '../process/through-gate.ts';
import type { LocalPiece, LocalProcessOptions, LocalRequest } from './local-process.ts';
import type { PlainMessage } from './local-prompt.ts';
import type { ChatChunk, ChatMessage, ChatProvider, ChatRequest } from './provider.ts';
import { tokenLimit } from './request-fields.ts';

/** Tokens that a first clause takes: until then it is what the learner waits for. */
const FIRST_CLAUSE = 20;

/** A language model on this machine, in a process of its own. It answers one request at a time, whatever model was named. */
export class LocalModel implements ChatProvider {
  readonly name = 'local';
  readonly process: EngineProcess;
  readonly #gate: ComputeGate;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LocalProcessOptions, { log, gate }: { log: Logger; gate: ComputeGate }) {
    this.process = new EngineProcess({ name: this.name, module: new URL('./local-process.ts', import.meta.url), options, log });
    this.#gate = gate;
  }

  ailment(): string | undefined {
    const { state } = this.process;
    return state.kind === 'ready' ? undefined : state.kind === 'down' ? state.reason : state.kind;
  }

  ready(): Promise<unknown> {
    return this.process.ready();
  }

  close(): Promise<void> {
    return this.process.close();
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk, void> {
    const local = toLocal(request);
    const leave = await this.#enter(signal);
    try {
      let tokens = 0;
      const pieces = throughGate(this.process.call<LocalPiece>('chat', local, signal), { gate: this.#gate, priority: () => (tokens < FIRST_CLAUSE ? PRIORITY.firstClause : PRIORITY.rest), signal });
      const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model: this.name } as const;
      for await (const piece of pieces) {
        switch (piece.kind) {
          case 'prompt':
            break;
          case 'too-long':
            throw new CodedError('LLM_TOO_LONG', { provider: this.name, limit: piece.limit });
          case 'token':
            if (piece.text !== '') yield { ...head, choices: [{ index: 0, delta: { ...(tokens === 0 && { role: 'assistant' }), content: piece.text }, finish_reason: null }] };
            tokens += 1;
            break;
          case 'end': {
            const { prompt, cached, completion } = piece;
            const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, prompt_tokens_details: { cached_tokens: cached } };
            yield { ...head, choices: [{ index: 0, delta: { content: piece.text }, finish_reason: piece.reason }], usage };
          }
        }
      }
    } finally {
      leave();
    }
  }

  /** First come, first served. */
  async #enter(signal: AbortSignal): Promise<() => void> {
    const before = this.#turn;
    const { promise: left, resolve } = Promise.withResolvers<undefined>();
    this.#turn = before.then(() => left);
    const gone = Promise.withResolvers<never>();
    const abort = (): void => gone.reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      await Promise.race([before, gone.promise]);
      return () => resolve(undefined);
    } catch (error) {
      resolve(undefined);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

/** @throws CodedError LLM_TOOLS_UNSUPPORTED: a small model calls the wrong one too often to let it */
function toLocal(request: ChatRequest): LocalRequest {
  const { messages, temperature = 0, tools, tool_choice: choice, top_p: topP, seed, stop } = request;
  const asksForTools = Array.isArray(tools) && tools.length > 0 && choice !== 'none';
  if (asksForTools || messages.some(({ role, tool_calls: calls }) => role === 'tool' || Array.isArray(calls))) throw new CodedError('LLM_TOOLS_UNSUPPORTED', { provider: 'local' });
  const schema = schemaOf(request);
  return {
    messages: messages.map(toPlain),
    maxTokens: tokenLimit(request) ?? Infinity,
    temperature,
    ...(typeof topP === 'number' && { topP }),
    ...(typeof seed === 'number' && { seed }),
    stop: [stop].flat().filter((text) => typeof text === 'string'),
    ...(schema && { schema }),
  };
}

function toPlain({ role, content }: ChatMessage): PlainMessage {
  const text = typeof content === 'string' ? content : Array.isArray(content) ? content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('') : '';
  return { role: role === 'system' || role === 'developer' ? 'system' : role === 'assistant' ? 'assistant' : 'user', text };
}

function schemaOf({ response_format: format }: ChatRequest): object | undefined {
  const { type, json_schema: named } = (format ?? {}) as { type?: unknown; json_schema?: { schema?: object } };
  return type === 'json_schema' ? named?.schema : type === 'json_object' ? { type: 'object', additionalProperties: true } : undefined;
}
