import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../core/paths.ts';

/** One metric as both sides tell it: `name{labels} kind`. */
type Told = string;

const SOURCES = globSync(['agent', 'core', 'inference', 'token-service'].map((folder) => `${folder}/**/*.ts`), { cwd: ROOT });
const document = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');

/** What a source measures. Each is made where it is used, some only with an engine that is not here: so the sources are read, and no registry. */
function measured(source: string): Told[] {
  return [...source.matchAll(/new (Counter|Gauge|Histogram|Summary)(?:<[^>]*>)?\(\{\s*name: '(\w+)'([^]*?)\n? *\}\)/g)].map(([, kind = '', name = '', rest = '']) => {
    const labels = /labelNames: \[([^\]]*)\]/.exec(rest)?.[1]?.replaceAll(/['\s]/g, '');
    return `${name}${labels ? `{${labels}}` : ''} ${kind.toLowerCase()}`;
  });
}

const inSources = SOURCES.flatMap((file) => measured(readFileSync(join(ROOT, file), 'utf8')));
const inDocument = [...document.matchAll(/^\| `(\w+(?:\{[\w,]+\})?)` \| (\w+)/gm)].map(([, series = '', kind = '']): Told => `${series} ${kind}`);

it('docs/metrics.md tells each metric with its labels and its kind, and no other', () => {
  expect(inSources).toContain('stt_transcriptions_total{engine,kind} counter');
  expect(inDocument.sort()).toEqual(inSources.sort());
});

it('no metric is made in a way that the test does not see', () => {
  const made = SOURCES.flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/new (?:Counter|Gauge|Histogram|Summary)\b/g) ?? []);
  expect(inSources.length).toBe(made.length);
});

it('what it warns of is measured', () => {
  const names = new Set(inSources.map((told) => told.split(/[{ ]/)[0] ?? ''));
  const [, rules = ''] = document.split('## What to be woken for');
  const used = [...rules.matchAll(/\b(stt|tts|llm|inference|http|eloquence)_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(used.filter((name) => !names.has(name))).toEqual([]);
});
