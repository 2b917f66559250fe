import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCodedError } from '../../../core/errors.ts';
import { checkSchema } from '../../../inference/llm/reply-schema.ts';

const deep = (levels: number): object => Array.from({ length: levels }).reduce<object>((inner) => ({ type: 'object', properties: { a: inner } }), { type: 'string' });
/** Each name stands for two of the next: 2^levels checks. */
const doubling = (levels: number): object => ({
  $ref: '#/$defs/d0',
  $defs: Object.fromEntries(Array.from({ length: levels }, (_, i) => [`d${i}`, i === levels - 1 ? { type: 'string' } : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }])),
});

describe('schemas that are taken', () => {
  test.each([
    ['of an object', { type: 'object', properties: { mood: { enum: ['good', 'bad'] }, score: { type: 'integer', minimum: 0 } }, required: ['mood'], additionalProperties: false }],
    ['with parts that are named once', { $defs: { word: { type: 'string', maxLength: 20 } }, type: 'object', properties: { a: { $ref: '#/$defs/word' }, b: { type: 'array', items: { $ref: '#/$defs/word' } } } }],
    ['of alternatives', { anyOf: [{ type: 'null' }, { type: ['string', 'number'] }] }],
    ['as tools make them', { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Reply', type: 'object', properties: { at: { type: 'string', format: 'date-time', description: 'when' } } }],
    ['that is empty', {}],
  ])('one %s', (_what, schema) => {
    expect(() => checkSchema(schema)).not.toThrow();
  });
});

describe('schemas that are refused', () => {
  test.each([
    ['no schema', 'string', '/', 'it is no schema'],
    ['nothing', undefined, '/', 'it is no schema'],
    ['a list', [], '/', 'it is no schema'],
    ['an unknown type', { type: 'text' }, '/type', 'it is no type'],
    ['properties that are no schemas', { properties: { a: 7 } }, '/properties/a', 'it is no schema'],
    ['properties in a list', { properties: [] }, '/properties', 'map'],
    ['alternatives of which there are none', { anyOf: [] }, '/anyOf', 'list'],
    ['a required name that is none', { required: [1] }, '/required', 'list of names'],
    ['a negative length', { minLength: -1 }, '/minLength', 'whole number'],
    ['an expression', { type: 'string', pattern: '(a+)+$' }, '/pattern', 'not taken'],
    ['an unknown keyword', { type: 'string', $dynamicRef: '#x' }, '/$dynamicRef', 'not taken'],
    ['a reference to itself', { properties: { a: { $ref: '#/properties/a' } } }, '', 'recursive'],
    ['a reference in a circle', { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { items: { $ref: '#/$defs/a' } } } }, '', 'recursive'],
    ['a reference to another document', { $ref: 'https://example.org/schema.json' }, '/$ref', 'does not lead'],
    ['a reference to the whole', { properties: { a: { $ref: '#' } } }, '/properties/a/$ref', 'does not lead'],
    ['a reference to nowhere', { $ref: '#/$defs/constructor', $defs: {} }, '/$ref', 'nothing where it leads'],
    ['too many levels', deep(40), '', 'levels deep'],
    ['nesting beyond what can be written', deep(50_000), '', ''],
    ['a part that doubles with each level', doubling(11), '', 'each counted as often'],
    ['too much text', { description: 'x'.repeat(70_000) }, '/', 'longer than 65536'],
    ['too many parts', { properties: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`p${i}`, true])) }, '', 'parts'],
  ])('%s', (_what, schema, path, reason) => {
    const refusal = expect.objectContaining({ code: 'LLM_SCHEMA_INVALID', details: { path: expect.stringContaining(path) as string, reason: expect.stringContaining(reason) as string } }) as Error;
    expect(() => checkSchema(schema)).toThrow(refusal);
  });

  test('whatever JSON it is, the answer is yes or a coded no', () => {
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('type', '$ref', 'properties', 'items', 'anyOf', '$defs', 'enum', 'required', '__proto__'), fc.jsonValue())), (schema) => {
      try {
        checkSchema(schema);
      } catch (error) {
        expect(isCodedError(error, 'LLM_SCHEMA_INVALID')).toBe(true);
      }
    }));
  });
});
