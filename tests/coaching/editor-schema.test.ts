import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EDITOR_SCHEMAS } from '../../coaching/editor-schema.ts';
import { Exercise, Phase, Reaction } from '../../coaching/exercise.ts';
import { Persona } from '../../coaching/persona.ts';
import { FIELDS } from '../../coaching/template-fields.ts';
import { ROOT } from '../../core/paths.ts';

describe('the schemas for editors', () => {
  // To write them anew: node -e "import('./coaching/editor-schema.ts').then(({EDITOR_SCHEMAS}) => Object.entries(EDITOR_SCHEMAS).forEach(([f, t]) => require('fs').writeFileSync('exercises/' + f, t)))"
  it.each(Object.keys(EDITOR_SCHEMAS))('exercises/%s is what the source says', (name) => {
    expect(readFileSync(join(ROOT, 'exercises', name), 'utf8')).toBe(EDITOR_SCHEMAS[name]);
  });
});

describe('docs/exercises.md', () => {
  const page = readFileSync(join(ROOT, 'docs/exercises.md'), 'utf8');
  const documented = (section: string): string[] => {
    const [, text = ''] = page.split(`\n## ${section}\n`);
    const [table = ''] = text.split('\n## ');
    return [...table.matchAll(/^\| `\{?([\w$]+)\}?` /gm)].map(([, name = '']) => name).sort();
  };

  it.each([
    ['The exercise', Object.keys(Exercise.properties)],
    ['A phase', Object.keys(Phase.properties)],
    ['A reaction', [...Object.keys(Reaction.properties), ...Object.keys(Reaction.properties.when.properties)]],
    ['A persona', Object.keys(Persona.properties)],
    ['Words of the learner in the coach\'s mouth', Object.keys(FIELDS)],
  ])('lists the fields of: %s', (section, fields) => expect(documented(section)).toEqual([...fields].sort()));
});
