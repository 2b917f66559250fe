import { CodedError } from '../../core/errors.ts';

/**
 * A provider's failure in our words. Its answer may quote the learner or the key, and so may a library's error: only the
 * status and a system's error code are taken from it, and it does not become the cause, which a log would print.
 * @param status HTTP status, where there was an answer
 */
export function providerError(provider: string, error: unknown, status?: number): CodedError {
  if (error instanceof CodedError) return error;
  if (status !== undefined && status >= 400 && status < 500 && status !== 408) return new CodedError('LLM_REFUSED', { provider, status });
  return new CodedError('LLM_FAILED', { provider, reason: status === undefined ? transportReason(error) : `it answered ${status}` });
}

/** A system's error code (ECONNREFUSED, …) says enough and quotes nobody. */
function transportReason(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code)) return code;
  }
  return 'its answer broke off or is no chat';
}
