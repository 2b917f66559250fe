import Type, { type Static } from 'typebox';

const trait = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

/** Who speaks: `exercises/personas/<id>.json`. */
export const Persona = Type.Object({
  $schema: Type.Optional(Type.String({ description: 'For editors: `../persona.schema.json`.' })),
  id: Type.String({ pattern: '^[a-z][a-z0-9_]{1,63}$', description: 'The same as the file’s name.' }),
  name: Type.String({ minLength: 1, maxLength: 40 }),
  role: Type.String({ minLength: 1, maxLength: 80, description: 'Shown under the name.' }),
  personality: Type.Object({
    warmth: trait('From 0, reserved, to 1, affectionate.'),
    formality: trait('From 0, relaxed, to 1, ceremonious.'),
    directness: trait('From 0, careful, to 1, blunt.'),
  }, { additionalProperties: false }),
  expertise: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1 }),
  style: Type.String({ minLength: 1, maxLength: 400, description: 'How this person speaks, in a sentence or two.' }),
  voice: Type.String({ minLength: 1, maxLength: 40, description: 'A voice of the speech engines, e.g. `ff_siwis`.' }),
  speed: Type.Number({ minimum: 0.5, maximum: 2, description: '1 is the voice’s own pace.' }),
}, { additionalProperties: false });
export type Persona = Static<typeof Persona>;

/** Speaks where an exercise names a persona that is not there. */
export const DEFAULT_PERSONA = 'marie_coach';

/** The persona an exercise names, or the default coach. Undefined only where the default itself is missing. */
export function personaOf(character: string, personas: ReadonlyMap<string, Persona>): Persona | undefined {
  return personas.get(character) ?? personas.get(DEFAULT_PERSONA);
}
