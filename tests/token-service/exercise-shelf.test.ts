import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLogger } from '../../core/log.ts';
import { ExerciseShelf } from '../../token-service/exercise-shelf.ts';
import { exerciseNamed, exercisesFolder } from '../support/exercises-folder.ts';

const shelfOf = (folder: string): ExerciseShelf => new ExerciseShelf(folder, createLogger('test'));
const titles = (shelf: ExerciseShelf): string[] => shelf.views().map(({ title }) => title);
const write = (folder: string, id: string, over: object): void => writeFileSync(join(folder, `${id}.json`), JSON.stringify({ ...exerciseNamed(id), ...over }));

it('shows learners nothing of the coach’s agenda', () => {
  const [view] = shelfOf(exercisesFolder('libre')).views();
  expect(Object.keys(view ?? {}).sort()).toEqual(['coach', 'description', 'difficulty', 'durationMinutes', 'focusAreas', 'id', 'language', 'title']);
  expect(JSON.stringify(view)).not.toContain('Racontez-moi');
});

it('sees an edit, a new file and one taken away', () => {
  const folder = exercisesFolder('libre');
  const shelf = shelfOf(folder);
  write(folder, 'libre', { title: 'Un titre plus long qu’avant' });
  write(folder, 'neuf', { title: 'Neuf' });
  expect(titles(shelf)).toEqual(['Un titre plus long qu’avant', 'Neuf']);
  rmSync(join(folder, 'libre.json'));
  expect(titles(shelf)).toEqual(['Neuf']);
});

it('lends a folder of one’s own the personas that come with Eloquence', () => {
  const folder = exercisesFolder('libre');
  rmSync(join(folder, 'personas'), { recursive: true });
  write(folder, 'debat', { character: 'thomas_business' });
  expect(shelfOf(folder).views().map(({ id, coach }) => [id, coach.name])).toEqual([['debat', 'Thomas Vasseur'], ['libre', 'Marie']]);
});

it('keeps the last good version of a broken edit, and says so', () => {
  const folder = exercisesFolder('libre', 'entretien');
  const shelf = shelfOf(folder);
  writeFileSync(join(folder, 'libre.json'), '{ "id": "libre", ');
  expect(titles(shelf)).toEqual(['Exercice entretien', 'Exercice libre']);
  expect(shelf.findings()).toEqual([expect.stringMatching(/libre\.json:1:\d+ .*JSON/)]);
  write(folder, 'libre', { title: 'Réparé' });
  expect(titles(shelf)).toContain('Réparé');
  expect(shelf.findings()).toEqual([]);
});

it('offers the others beside a file that was never good', () => {
  const folder = exercisesFolder('libre');
  write(folder, 'faux', { phases: [] });
  const shelf = shelfOf(folder);
  expect(titles(shelf)).toEqual(['Exercice libre']);
  expect(shelf.findings().join()).toContain('/phases');
});

it('names the exercises that there are to whoever asks for another', () => {
  const shelf = shelfOf(exercisesFolder('libre', 'entretien'));
  expect(() => shelf.lesson('nope')).toThrow(expect.objectContaining({ code: 'EXERCISE_UNKNOWN', fix: 'Choose one of: entretien, libre.' }));
});

it('gives an exercise with an unknown persona the default coach', () => {
  const folder = exercisesFolder('libre');
  write(folder, 'libre', { character: 'personne_ici' });
  expect(shelfOf(folder).lesson('libre').persona.id).toBe('marie_coach');
});

it('names the exercise whose persona is not there', () => {
  const folder = exercisesFolder('libre');
  write(folder, 'libre', { character: 'thomas_busines' });
  const shelf = shelfOf(folder);
  expect(shelf.findings()).toEqual([expect.stringMatching(/libre\.json:1:1 \/character: there is no persona “thomas_busines”\. Did you mean “thomas_business”\?/)]);
  write(folder, 'libre', {});
  expect(shelf.findings()).toEqual([]);
});

it.each<readonly [what: string, make: (path: string) => void, reason: RegExp]>([
  ['a folder', (path) => mkdirSync(path), /cannot be read: EISDIR/],
  ['a pipe', (path) => execFileSync('sh', ['-c', 'mkfifo "$0"', path]), /cannot be read: it is a pipe/],
  ['a link to itself', (path) => symlinkSync(path, path), /cannot be read: ELOOP/],
  ['a text of brackets', (path) => writeFileSync(path, '['.repeat(200_000)), /:1:101 it is nested too deeply/],
])('works on beside %s with the name of an exercise or a persona', (_what, make, reason) => {
  const folder = exercisesFolder('libre');
  for (const name of ['dd.json', 'personas/dd.json']) make(join(folder, name));
  const shelf = shelfOf(folder);
  expect(titles(shelf)).toEqual(['Exercice libre']);
  expect(shelf.findings()).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
  expect(shelf.findings().map((line) => /(personas\/)?dd\.json/.exec(line)?.[0])).toEqual(['dd.json', 'personas/dd.json']);
});

it('works on with the personas it had when their folder cannot be listed, until it can', () => {
  const folder = exercisesFolder('libre');
  const shelf = shelfOf(folder);
  rmSync(join(folder, 'personas'), { recursive: true });
  writeFileSync(join(folder, 'personas'), '');
  expect(titles(shelf)).toEqual(['Exercice libre']);
  expect(shelf.findings()).toEqual([expect.stringMatching(/personas:1:1 it cannot be read: ENOTDIR/)]);
  rmSync(join(folder, 'personas'));
  expect(shelf.findings()).toEqual([]);
});

it('stands empty without files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'empty-'));
  mkdirSync(join(folder, 'personas'));
  expect(shelfOf(folder).lessons()).toEqual([]);
  expect(shelfOf(join(folder, 'not-there')).lessons()).toEqual([]);
});
