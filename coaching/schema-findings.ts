import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import type { Complaint } from './finding.ts';
import { nearest } from './nearest-name.ts';

/** What a schema finds wrong with a value, in sentences an author can act on. */
export function explain(schema: TSchema, value: unknown): Complaint[] {
  const errors = Value.Errors(schema, value) as SchemaError[];
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  return errors
    // A union reports each of its branches too; the fields inside a branch that was meant are more telling than the union.
    .filter(({ keyword, instancePath }) => !(keyword === 'type' && alternatives.includes(instancePath)))
    .flatMap((error) => sentence(error, schema, value))
    .filter((complaint, index, all) => all.findIndex(({ path, reason }) => path === complaint.path && reason === complaint.reason) === index);
}

/** TypeBox's own error, as far as it is read here. */
interface SchemaError { keyword: string; schemaPath: string; instancePath: string; params: Record<string, unknown>; message: string }

function sentence({ keyword, schemaPath, instancePath: path, params, message }: SchemaError, schema: TSchema, value: unknown): Complaint[] {
  const limit = String(params['limit']);
  switch (keyword) {
    case 'required':
      return (params['requiredProperties'] as string[]).map((name) => ({ path: `${path}/${name}`, reason: `the field “${name}” is missing`, suggestion: misspelt(schema, schemaPath, value, path, name) }));
    case 'additionalProperties':
      return (params['additionalProperties'] as string[]).map((name) => ({ path: `${path}/${name}`, reason: `the field “${name}” is not known here`, suggestion: didYouMean(name, fieldsAt(schema, schemaPath)) }));
    case 'type':
      return [{ path, reason: `${aOrAn(String(params['type']))} is expected, not ${kindOf(at(value, path))}`, suggestion: 'Correct the value; docs/exercises.md shows each field.' }];
    case 'anyOf':
      return [{ path, reason: `a text or a list of texts is expected, not ${kindOf(at(value, path))}`, suggestion: 'Write one prompt, or a list of ways to ask it.' }];
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      return [{ path, reason: `“${shown(at(value, path))}” is not one of ${allowed.join(', ')}`, suggestion: didYouMean(shown(at(value, path)), allowed) }];
    }
    case 'minimum': case 'maximum': case 'exclusiveMinimum':
      return [{ path, reason: `${shown(at(value, path))} is out of range`, suggestion: `Give a number ${String(params['comparison'])} ${limit}.` }];
    case 'minLength':
      return [{ path, reason: 'the text is too short', suggestion: `Write at least ${limit} characters.` }];
    case 'maxLength':
      return [{ path, reason: `the text is longer than ${limit} characters`, suggestion: 'Shorten it, or split it: what is said aloud must fit a breath.' }];
    case 'minItems':
      return [{ path, reason: 'the list is empty', suggestion: `Give at least ${limit}.` }];
    case 'minProperties':
      return [{ path, reason: 'no condition is given', suggestion: 'Give at least one of its fields.' }];
    case 'pattern':
      return [{ path, reason: `“${shown(at(value, path))}” is not an id`, suggestion: 'Use small letters, digits and _, beginning with a letter.' }];
    case 'boolean':
      return []; // said again, better, by additionalProperties
    default:
      return [{ path, reason: message, suggestion: 'See docs/exercises.md.' }];
  }
}

function didYouMean(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close === undefined ? `Known: ${known.join(', ')}.` : `Did you mean “${close}”?`;
}

/** A missing field is often there under a wrong name. */
function misspelt(schema: TSchema, schemaPath: string, value: unknown, path: string, missing: string): string {
  const known = fieldsAt(schema, schemaPath);
  const there = Object.keys(Object(at(value, path)) as object).filter((name) => !known.includes(name));
  const close = nearest(missing, there);
  return close === undefined ? `Add "${missing}".` : `Rename “${close}” to “${missing}”.`;
}

function fieldsAt(schema: TSchema, schemaPath: string): string[] {
  const found = schemaPath.split('/').slice(1).reduce<unknown>((node, step) => (Object(node) as Record<string, unknown>)[step], schema);
  return Object.keys(Object((Object(found) as Record<string, unknown>)['properties']) as object);
}

const at = (value: unknown, path: string): unknown => path.split('/').slice(1).reduce<unknown>((node, step) => (Object(node) as Record<string, unknown>)[step], value);
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 60);
const aOrAn = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`);

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return aOrAn(typeof value);
}
