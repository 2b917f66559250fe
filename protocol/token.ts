import Type, { type Static } from 'typebox';

/** Text without control characters. */
const Name = (description: string) => Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$', description });

const RoomName = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'default: a new room' });

/** `lk.` is LiveKit's and `eloquence.` the coach's: a learner is neither. */
const AttributeKey = Type.String({ pattern: '^(?!lk\\.|eloquence\\.)[\\x21-\\x7e]{1,64}$' });

/** What a learner may do; a request can only take away. */
export const Permissions = Type.Object({
  canPublish: Type.Optional(Type.Boolean()),
  canSubscribe: Type.Optional(Type.Boolean()),
  canPublishData: Type.Optional(Type.Boolean()),
}, { additionalProperties: false });
export type Permissions = Static<typeof Permissions>;

/** `POST /token`. Both our names and those of LiveKit's token endpoint are understood. */
export const TokenRequest = Type.Object({
  participant: Type.Optional(Name('display name of the learner')),
  exercise: Type.Optional(Type.String({ pattern: '^[a-z0-9_]{1,64}$', description: 'default: the one the room is in, else conversation_libre_marie' })),
  room: Type.Optional(RoomName),
  permissions: Type.Optional(Permissions),
  record: Type.Optional(Type.Boolean({ default: false, description: 'the learner agrees that both sides are recorded' })),
  invitation: Type.Optional(Type.String({ maxLength: 1_024, description: 'from an invitation link; chooses the exercise' })),
  room_name: Type.Optional(RoomName),
  participant_identity: Type.Optional(Name('made unique by the service')),
  participant_name: Type.Optional(Name('display name')),
  participant_metadata: Type.Optional(Type.String({ maxLength: 1_024 })),
  participant_attributes: Type.Optional(Type.Record(AttributeKey, Type.String({ maxLength: 256 }), { maxProperties: 16, additionalProperties: false })),
  room_config: Type.Optional(Type.Unknown({ description: 'accepted and not used: the exercise decides the coach' })),
});
export type TokenRequest = Static<typeof TokenRequest>;

export const TokenReply = Type.Object({
  token: Type.String(),
  url: Type.String(),
  room: Type.String(),
  session: Type.String(),
  participant_token: Type.String({ description: 'the same as token, by LiveKit’s name' }),
  server_url: Type.String({ description: 'the same as url, by LiveKit’s name' }),
  room_name: Type.String({ description: 'the same as room, by LiveKit’s name' }),
});
export type TokenReply = Static<typeof TokenReply>;
