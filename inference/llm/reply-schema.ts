import type { XSchema } from 'typebox/schema';
import { CodedError } from '../../core/errors.ts';

/** Characters of the schema as JSON. */
const LONGEST = 65_536;
const DEEPEST = 24;
/** Schemas inside it, a reference counted as what it leads to: what checking a reply costs at most. */
const MOST = 2_000;

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

type Say = (reason: string) => never;
type Rule = (value: unknown, refuse: Say) => void;

const rule = (test: (value: unknown) => boolean, what: string): Rule => (value, refuse) => {
  if (!test(value)) refuse(`it is no ${what}`);
};
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isType = (value: unknown): boolean => typeof value === 'string' && TYPES.includes(value);

const anything: Rule = () => undefined;
const text = rule((value) => typeof value === 'string', 'text');
const number = rule((value) => typeof value === 'number', 'number');
const count = rule((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'whole number from 0 on');
const flag = rule((value) => typeof value === 'boolean', 'true or false');
const list = rule((value) => Array.isArray(value) && value.length > 0, 'list with something in it');
const names = rule((value) => Array.isArray(value) && value.every((name) => typeof name === 'string'), 'list of names');

/**
 * The keywords that are taken, without those that hold schemas. `pattern` is not among them: an expression can keep a
 * processor busy for years over one reply.
 */
const PLAIN: ReadonlyMap<string, Rule> = new Map([
  ['type', rule((value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)), `type (${TYPES.join(', ')})`)],
  ['enum', list], ['const', anything], ['default', anything], ['examples', anything],
  ['deprecated', anything], ['readOnly', anything], ['writeOnly', anything],
  ['$schema', text], ['$comment', text], ['title', text], ['description', text], ['format', text], ['required', names],
  ['minimum', number], ['maximum', number], ['exclusiveMinimum', number], ['exclusiveMaximum', number],
  ['multipleOf', rule((value) => typeof value === 'number' && value > 0, 'number above 0')],
  ['minLength', count], ['maxLength', count], ['minItems', count], ['maxItems', count], ['minProperties', count], ['maxProperties', count], ['uniqueItems', flag],
]);
const ONE_SCHEMA = new Set(['additionalProperties', 'items', 'not']);
const LIST_OF_SCHEMAS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const MAP_OF_SCHEMAS = new Set(['properties', '$defs', 'definitions']);

/**
 * Whether a client's JSON schema is one that replies can be checked against at a bounded cost. A reference may lead to
 * another part of it, and not, however indirectly, to itself.
 * @throws CodedError LLM_SCHEMA_INVALID with place and reason
 */
export function checkSchema(schema: unknown): asserts schema is XSchema & object {
  let seen = 0;
  const walk = (node: unknown, path: string, depth: number): void => {
    const refuse: Say = (reason) => {
      throw new CodedError('LLM_SCHEMA_INVALID', { path: shortened(path), reason });
    };
    if (depth > DEEPEST) refuse(`it is recursive, or more than ${DEEPEST} levels deep`);
    if (++seen > MOST) refuse(`it has more than ${MOST} parts, each counted as often as it is referred to`);
    if (typeof node === 'boolean' && depth > 0) return;
    if (!isObject(node)) return refuse('it is no schema');
    for (const [keyword, value] of Object.entries(node)) {
      const place = `${path}/${keyword}`;
      const refuseValue: Say = (reason) => {
        throw new CodedError('LLM_SCHEMA_INVALID', { path: shortened(place), reason });
      };
      if (keyword === '$ref') walk(resolve(schema, value, refuseValue), place, depth + 1);
      else if (ONE_SCHEMA.has(keyword)) walk(value, place, depth + 1);
      else if (LIST_OF_SCHEMAS.has(keyword)) {
        if (!Array.isArray(value) || value.length === 0) refuseValue('it is no list of schemas');
        else value.forEach((part, index) => walk(part, `${place}/${index}`, depth + 1));
      } else if (MAP_OF_SCHEMAS.has(keyword)) {
        if (!isObject(value)) refuseValue('it is no map of schemas');
        else for (const [name, part] of Object.entries(value)) walk(part, `${place}/${name}`, depth + 1);
      } else {
        const check = PLAIN.get(keyword);
        if (check === undefined) refuseValue('this keyword is not taken');
        else check(value, refuseValue);
      }
    }
  };
  if (lengthOf(schema) > LONGEST) throw new CodedError('LLM_SCHEMA_INVALID', { path: '/', reason: `it is longer than ${LONGEST} characters` });
  walk(schema, '', 0);
}

function lengthOf(schema: unknown): number {
  try {
    return JSON.stringify(schema ?? null).length;
  } catch {
    return Infinity; // nested too deeply to be written
  }
}

/** A reference within the schema: `#/$defs/name`. */
function resolve(root: unknown, pointer: unknown, refuse: Say): unknown {
  if (typeof pointer !== 'string' || !pointer.startsWith('#/')) return refuse('it does not lead to another part of the schema (#/$defs/…)');
  let node = root;
  for (const step of pointer.slice(2).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (!isObject(node) || !Object.hasOwn(node, step)) return refuse('there is nothing where it leads');
    node = node[step];
  }
  return node;
}

const shortened = (path: string): string => (path.length <= 120 ? path || '/' : `${path.slice(0, 119)}…`);
