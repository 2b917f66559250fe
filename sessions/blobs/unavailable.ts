import { CodedError } from '../../core/errors.ts';

/** The result of `work`; what goes wrong in it is BLOBS_UNAVAILABLE, with the system’s code for a reason. */
export async function unavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('BLOBS_UNAVAILABLE', { reason: reasonOf(error) }, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (cause.name === 'TimeoutError') return 'it does not answer';
  }
  return 'the transfer broke off';
}
