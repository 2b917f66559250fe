import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

it('stands empty without files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'empty-'));
  mkdirSync(join(folder, 'personas'));
  expect(shelfOf(folder).lessons()).toEqual([]);
  expect(shelfOf(join(folder, 'not-there')).lessons()).toEqual([]);
});
