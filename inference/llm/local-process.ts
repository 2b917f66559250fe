// What runs in the local language model's process: llama.cpp, by node-llama-cpp.
import { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel, resolveChatWrapper, type LlamaContextSequence, type LlamaGrammar, type Token } from 'node-llama-cpp';
import type { LoadedEngine } from '../process/messages.ts';
import { fitPrompt, toHistory, type PlainMessage } from './local-prompt.ts';
import { chooseSequence } from './sequence-choice.ts';
import { StopTexts } from './stop-texts.ts';

export interface LocalProcessOptions {
  /** GGUF. */
  readonly file: string;
  readonly threads: number;
  readonly contextTokens: number;
  /** How many prompts stay evaluated. */
  readonly conversations: number;
}

export interface LocalRequest {
  readonly messages: readonly PlainMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop: readonly string[];
  /** The reply is JSON of this schema. */
  readonly schema?: object;
}

/** A unit of work, after which others may have the processor. */
export type LocalPiece =
  | { readonly kind: 'prompt' }
  | { readonly kind: 'too-long'; readonly limit: number }
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'end'; readonly text: string; readonly reason: 'stop' | 'length'; readonly prompt: number; readonly cached: number; readonly completion: number };

/** Prompt tokens evaluated in one go. */
const BATCH = 64;
/** What a character that has not come whole is shown as. */
const INCOMPLETE = '\uFFFD';

export async function load({ file, threads, contextTokens, conversations }: LocalProcessOptions): Promise<LoadedEngine> {
  // Nothing is ever compiled: where there is no binary for this machine, there is no local model.
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, logLevel: LlamaLogLevel.error, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: Math.min(contextTokens, model.trainContextSize), sequences: conversations, batchSize: BATCH, threads });
  /** The one used last comes last. */
  const sequences = Array.from({ length: conversations }, () => context.getSequence());
  const wrapper = resolveChatWrapper(model);
  const grammars = new Map<string, LlamaGrammar>();
  let busy = Promise.resolve();

  const encode = (messages: readonly PlainMessage[]): Token[] => wrapper.generateContextState({ chatHistory: toHistory(messages) }).contextText.tokenize(model.tokenizer);

  function choose(prompt: readonly Token[]): LlamaContextSequence | undefined {
    const place = chooseSequence(sequences.map((sequence) => ({ shared: sequence.compareContextTokens([...prompt]).firstDifferentIndex, length: sequence.nextTokenIndex })));
    const chosen = sequences.splice(place, 1);
    sequences.push(...chosen);
    return chosen[0];
  }

  async function grammarOf(schema: object): Promise<LlamaGrammar> {
    const name = JSON.stringify(schema);
    // A schema that it has no grammar for still gives JSON; whether it fits is checked when it is there.
    const grammar = grammars.get(name) ?? (await llama.createGrammarForJsonSchema(schema as never).catch(() => llama.getGrammarFor('json')));
    if (grammars.size > 50) grammars.clear();
    grammars.set(name, grammar);
    return grammar;
  }

  async function* write(request: LocalRequest, signal: AbortSignal): AsyncGenerator<LocalPiece> {
    const { maxTokens, temperature, topP, seed, schema } = request;
    const prompt = fitPrompt(request.messages, context.contextSize - Math.min(maxTokens, context.contextSize >> 1), encode);
    if (prompt === undefined) {
      yield { kind: 'too-long', limit: context.contextSize };
      return;
    }
    const sequence = choose(prompt);
    if (sequence === undefined) return;
    // The last token is always evaluated: the reply comes out of it.
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const cached = sequence.nextTokenIndex;
    for (let at = cached; at < prompt.length - 1; at += BATCH) {
      await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, Math.min(at + BATCH, prompt.length - 1)));
      if (signal.aborted) return;
      yield { kind: 'prompt' };
    }

    const grammar = schema && (await grammarOf(schema));
    const stops = new StopTexts([...request.stop, ...(grammar?.stopGenerationTriggers ?? []).map(String)]);
    const written: Token[] = [];
    let said = 0;
    const end = (reason: 'stop' | 'length', text: string): LocalPiece => ({ kind: 'end', text, reason, prompt: prompt.length, cached, completion: written.length });
    const limit = Math.min(maxTokens, context.contextSize - prompt.length);
    const options = { temperature, ...(topP !== undefined && { topP }), ...(seed !== undefined && { seed }), ...(grammar && { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }) };
    for await (const token of sequence.evaluate(prompt.slice(-1), options)) {
      if (signal.aborted) return;
      written.push(token);
      const all = model.detokenize(written);
      const whole = all.endsWith(INCOMPLETE) ? all.slice(0, said) : all;
      const { text, stopped } = stops.push(whole.slice(said));
      said = whole.length;
      if (stopped || written.length >= limit) {
        yield stopped ? end('stop', text) : end('length', text + stops.end());
        return;
      }
      yield { kind: 'token', text };
    }
    yield end('stop', stops.end());
  }

  /** One at a time: one that was cancelled may still be at its last token. */
  async function* chat(request: LocalRequest, signal: AbortSignal): AsyncGenerator<LocalPiece> {
    const before = busy;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    busy = promise.then(() => before);
    try {
      await before;
      if (!signal.aborted) yield* write(request, signal);
    } finally {
      resolve(undefined);
    }
  }

  // The first run of a model is slow: it is nobody's first reply.
  await Array.fromAsync(write({ messages: [{ role: 'user', text: '.' }], maxTokens: 1, temperature: 0, stop: [] }, new AbortController().signal));
  return { info: { contextTokens: context.contextSize }, methods: { chat } };
}
