import type { CodedError } from '../../../core/errors.ts';

/** A coded error as OpenAI's libraries expect errors. */
export function openAiError({ code, message, fix, entry: { status } }: CodedError): { error: { message: string; type: string; code: string; param: null } } {
  const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message: `${message} ${fix}`, type, code, param: null } };
}
