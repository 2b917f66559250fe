import Type from 'typebox';

const SessionId = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' });
const Term = Type.Integer({ minimum: 1, maximum: 1_000_000 });

/** `/sessions/:id` */
export const SessionParams = Type.Object({ id: SessionId });
/** `/sessions/:id/recordings/:term` */
export const TermParams = Type.Object({ id: SessionId, term: Term });
