import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHIPPED_EXERCISES } from '../../../core/paths.ts';
import { checkExercises } from '../../../ops/exercise/check.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'eloquence-exercises-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const EXERCISE = 'conversation_libre_marie.json';

function edited(change: (exercise: Record<string, unknown>) => void, name = EXERCISE): string {
  const exercise = JSON.parse(readFileSync(join(SHIPPED_EXERCISES, EXERCISE), 'utf8')) as Record<string, unknown>;
  change(exercise);
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(exercise, null, 2));
  return file;
}

describe('checkExercises', () => {
  it('finds nothing wrong with what is shipped', () => {
    const { checked, findings } = checkExercises([SHIPPED_EXERCISES]);
    expect(findings).toEqual([]);
    for (const id of ['conversation_libre_marie', 'simulation_entretien', 'presentation_publique', 'premiere_impression_marie', 'negociation_thomas', 'personas/marie_coach', 'personas/thomas_business']) {
      expect(checked).toContain(join(SHIPPED_EXERCISES, `${id}.json`));
    }
  });

  it('tells file, place, reason and suggestion', () => {
    const [finding] = checkExercises([edited((exercise) => { exercise['character'] = 'marie_coahc'; })]).findings;
    expect(finding).toMatchObject({ path: '/character', suggestion: 'Did you mean “marie_coach”?' });
    expect(finding?.file).toContain(EXERCISE);
    expect(finding?.line).toBeGreaterThan(1);
  });

  it('knows personas beside the file', () => {
    mkdirSync(join(folder, 'personas'));
    cpSync(join(SHIPPED_EXERCISES, 'personas/marie_coach.json'), join(folder, 'personas/julie.json'));
    const { findings } = checkExercises([edited((exercise) => { exercise['character'] = 'julie'; })]);
    expect(findings).toEqual([]);
    expect(checkExercises([folder]).findings.map(({ file, path }) => [file.endsWith('personas/julie.json'), path])).toEqual([[true, '/id']]);
  });

  it('reports what cannot be read or is no exercise at all, and goes on', () => {
    mkdirSync(join(folder, 'dd.json'));
    writeFileSync(join(folder, 'deep.json'), '['.repeat(200_000));
    const { checked, findings } = checkExercises([edited(() => undefined), folder]);
    expect(checked).toHaveLength(4);
    expect(findings.map(({ file, reason }) => [basename(file), reason])).toEqual([['dd.json', 'it cannot be read: EISDIR'], ['deep.json', 'it is nested too deeply']]);
  });

  it('reports a missing file, and several files at once', () => {
    const { checked, findings } = checkExercises([join(folder, 'none.json'), edited((exercise) => { delete exercise['title']; })]);
    expect(checked).toHaveLength(2);
    expect(findings.map(({ reason }) => reason)[0]).toContain('no such file');
    expect(findings.length).toBeGreaterThan(1);
  });
});
