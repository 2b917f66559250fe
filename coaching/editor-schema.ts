import { Exercise } from './exercise.ts';
import { Persona } from './persona.ts';

/** The JSON Schemas that editors complete and check with; `exercises/*.schema.json` hold exactly this text. */
export const EDITOR_SCHEMAS: Readonly<Record<string, string>> = {
  'exercise.schema.json': schemaText('Eloquence exercise', Exercise),
  'persona.schema.json': schemaText('Eloquence persona', Persona),
};

function schemaText(title: string, schema: object): string {
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema }, null, 2)}\n`;
}
