import { Check, type XSchema } from 'typebox/schema';
import { CodedError } from '../../core/errors.ts';
import type { ChatCompletion } from './completion.ts';
import type { ChatRequest } from './provider.ts';
import { checkSchema } from './reply-schema.ts';

/** What a reply has to be. */
export interface ReplyFormat {
  fits(completion: ChatCompletion): boolean;
}

/**
 * What `response_format` asks for; undefined for plain text.
 * @throws CodedError LLM_SCHEMA_INVALID, REQUEST_INVALID
 */
export function formatOf({ response_format: format }: ChatRequest): ReplyFormat | undefined {
  if (format === undefined || format === null) return undefined;
  const { type, json_schema: named } = format as { type?: unknown; json_schema?: { schema?: unknown } };
  switch (type) {
    case 'text':
      return undefined;
    case 'json_object':
      return { fits: ({ choices }) => choices.every(({ message }) => isToolCall(message) || parsed(message.content) !== undefined) };
    case 'json_schema': {
      const schema = named?.schema;
      checkSchema(schema);
      return { fits: ({ choices }) => choices.every(({ message }) => isToolCall(message) || fits(schema, message.content)) };
    }
    default:
      throw new CodedError('REQUEST_INVALID', { reason: 'response_format.type is none of text, json_object, json_schema' });
  }
}

type Message = ChatCompletion['choices'][number]['message'];

/** The model may still call a tool in place of a reply. */
const isToolCall = ({ tool_calls: calls }: Message): boolean => calls !== undefined;

function fits(schema: XSchema, content: string | null): boolean {
  const json = parsed(content);
  return json !== undefined && Check(schema, json.value);
}

function parsed(content: string | null): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(content ?? '') };
  } catch {
    return undefined;
  }
}
