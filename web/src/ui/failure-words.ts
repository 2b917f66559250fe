import type { Failure } from '../api/reply.ts';
import type { Messages } from '../messages/fr.ts';

/** Words for a failed request. What the page has no words for comes in the service's own, which are English. */
export function failureWords(failure: Failure, messages: Messages): { message: string; fix: string; lang: string | undefined } {
  if (failure.kind === 'unreachable') return { message: messages.failure.unreachable, fix: messages.failure.unreachableFix, lang: undefined };
  const known = messages.failure.known[failure.code];
  return known ? { ...known, lang: undefined } : { message: failure.message, fix: failure.fix, lang: 'en' };
}
