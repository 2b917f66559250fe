import Type from 'typebox';

/** Schema of what every service answers with when it refuses or fails: `ErrorBody` of core. */
export const ErrorReply = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String(), fix: Type.String(), retryable: Type.Boolean() }),
});
