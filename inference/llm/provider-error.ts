import { CodedError } from '../../core/errors.ts';

/**
 * A provider's failure in our words. Its answer may quote the learner or the key, so only the status is taken from it.
 * @param status HTTP status, where there was an answer
 */
export function providerError(provider: string, error: unknown, status?: number): CodedError {
  if (error instanceof CodedError) return error;
  if (status !== undefined && status >= 400 && status < 500 && status !== 408) return new CodedError('LLM_REFUSED', { provider, status }, { cause: error });
  return new CodedError('LLM_FAILED', { provider, reason: status === undefined ? transportReason(error) : `it answered ${status}` }, { cause: error });
}

/** A system's error code (ECONNREFUSED, …) says enough and quotes nobody. */
function transportReason(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return 'its answer broke off or is no chat';
}
