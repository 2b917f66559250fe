import { CodedError } from '../../core/errors.ts';
import type { ChatChunk, Usage } from './provider.ts';

interface ToolCall {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** OpenAI's `chat.completion`: a reply in one piece. */
export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly ToolCall[] };
    readonly finish_reason: string;
  }[];
  readonly usage?: Usage;
}

interface Choice {
  content: string;
  finishReason: string;
  readonly calls: Map<number, ToolCall>;
}

/** Puts the pieces of a reply together. */
export async function complete(chunks: AsyncIterable<ChatChunk> | Iterable<ChatChunk>): Promise<ChatCompletion> {
  const choices = new Map<number, Choice>();
  let last: ChatChunk | undefined;
  let usage: ChatChunk['usage'];
  for await (const chunk of chunks) {
    last = chunk;
    usage = chunk.usage ?? usage;
    for (const { index, delta, finish_reason } of chunk.choices) {
      const choice = choices.get(index) ?? { content: '', finishReason: 'stop', calls: new Map<number, ToolCall>() };
      choices.set(index, choice);
      choice.content += delta.content ?? '';
      choice.finishReason = finish_reason ?? choice.finishReason;
      for (const call of delta.tool_calls ?? []) choice.calls.set(call.index, joined(choice.calls.get(call.index), call));
    }
  }
  if (last === undefined) throw new CodedError('INTERNAL');
  return {
    id: last.id,
    object: 'chat.completion',
    created: last.created,
    model: last.model,
    choices: [...choices].map(([index, { content, finishReason, calls }]) => ({
      index,
      message: calls.size === 0 ? { role: 'assistant', content } : { role: 'assistant', content: content || null, tool_calls: [...calls.values()] },
      finish_reason: finishReason,
    })),
    ...(usage ? { usage } : {}),
  };
}

/** The other way: a reply in one piece as a stream. */
export function* asChunks({ choices, usage, ...common }: ChatCompletion): Generator<ChatChunk, void> {
  const chunk = { ...common, object: 'chat.completion.chunk' } as const;
  for (const { index, message: { tool_calls: calls, ...message } } of choices) {
    const delta = { ...message, ...(calls && { tool_calls: calls.map((call, position) => ({ ...call, index: position })) }) };
    yield { ...chunk, choices: [{ index, delta, finish_reason: null }] };
  }
  yield { ...chunk, choices: choices.map(({ index, finish_reason }) => ({ index, delta: {}, finish_reason })), ...(usage && { usage }) };
}

type ToolCallDelta = NonNullable<ChatChunk['choices'][number]['delta']['tool_calls']>[number];

function joined(before: ToolCall | undefined, { id, type, function: piece }: ToolCallDelta): ToolCall {
  return {
    id: before?.id ?? id ?? '',
    type: before?.type ?? type ?? 'function',
    function: { name: (before?.function.name ?? '') + (piece?.name ?? ''), arguments: (before?.function.arguments ?? '') + (piece?.arguments ?? '') },
  };
}
