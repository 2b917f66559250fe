import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Exercise } from '../coaching/exercise.ts';
import { parseExercise, parsePersona } from '../coaching/exercise-file.ts';
import { publicView } from '../coaching/exercise-view.ts';
import { describeFinding, type Finding } from '../coaching/finding.ts';
import { personaOf, type Persona } from '../coaching/persona.ts';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { SHIPPED_EXERCISES } from '../core/paths.ts';
import type { ExerciseView } from '../protocol/exercise-view.ts';

/** An exercise with the persona that leads it. */
export interface Lesson {
  readonly exercise: Exercise;
  readonly persona: Persona;
}

/** A file as it was read: what it gave, and what is wrong with it now. */
interface Shelved<Item> {
  readonly stamp: string;
  /** The last version that was without fault. */
  readonly item: Item | undefined;
  readonly findings: readonly Finding[];
}

/**
 * The exercise files. Each question looks whether a file has changed (a dozen `stat`s), so that an author's edit counts
 * at once; a broken edit leaves the last good version in place, until a restart.
 */
export class ExerciseShelf {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #exercises = new Map<string, Shelved<Exercise>>();
  readonly #personas = new Map<string, Shelved<Persona>>();
  readonly #shippedPersonas = new Map<string, Shelved<Persona>>();

  /** @param folder holds `<id>.json` and `personas/<id>.json`; the personas that come with Eloquence serve it too */
  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
    this.#refresh();
  }

  /** @throws CodedError EXERCISE_UNKNOWN, naming those that there are. */
  lesson(id: string): Lesson {
    const lessons = this.lessons();
    const lesson = lessons.find(({ exercise }) => exercise.id === id);
    if (lesson === undefined) throw new CodedError('EXERCISE_UNKNOWN', { exercise: id, known: lessons.map(({ exercise }) => exercise.id).join(', ') || 'none' });
    return lesson;
  }

  lessons(): Lesson[] {
    this.#refresh();
    const personas = new Map([...this.#shippedPersonas.values(), ...this.#personas.values()].flatMap(({ item }) => (item === undefined ? [] : [[item.id, item]])));
    return [...this.#exercises.values()].flatMap(({ item: exercise }) => {
      const persona = exercise && personaOf(exercise.character, personas);
      return exercise === undefined || persona === undefined ? [] : [{ exercise, persona }];
    });
  }

  views(): ExerciseView[] {
    return this.lessons().map(({ exercise, persona }) => publicView(exercise, persona));
  }

  /** What is wrong with the files, a line each. */
  findings(): string[] {
    this.#refresh();
    return [...this.#exercises.values(), ...this.#personas.values()].flatMap(({ findings }) => findings.map(describeFinding));
  }

  #refresh(): void {
    for (const [shelf, folder] of [[this.#shippedPersonas, SHIPPED_EXERCISES], [this.#personas, this.#folder]] as const) {
      this.#read(shelf, join(folder, 'personas'), (text, file) => {
        const parsed = parsePersona(text, file);
        return parsed.ok ? { item: parsed.persona, findings: [] } : { item: undefined, findings: parsed.errors };
      });
    }
    this.#read(this.#exercises, this.#folder, (text, file) => {
      const parsed = parseExercise(text, file);
      return parsed.ok ? { item: parsed.exercise, findings: [] } : { item: undefined, findings: parsed.errors };
    });
  }

  #read<Item>(shelf: Map<string, Shelved<Item>>, folder: string, parse: (text: string, file: string) => { item: Item | undefined; findings: readonly Finding[] }): void {
    const names = list(folder);
    for (const name of shelf.keys()) if (!names.includes(name)) shelf.delete(name);
    for (const name of names) {
      const file = join(folder, name);
      const stamp = stampOf(file);
      const before = shelf.get(name);
      if (stamp === undefined || before?.stamp === stamp) continue;
      const { item, findings } = parse(readFileSync(file, 'utf8'), file);
      for (const finding of findings) this.#log.warn({ file: finding.file, path: finding.path, line: finding.line, reason: finding.reason, lastGoodVersion: before?.item !== undefined }, 'an exercise file is not valid');
      shelf.set(name, { stamp, item: item ?? before?.item, findings });
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined when the file is gone: an editor replaces it. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
