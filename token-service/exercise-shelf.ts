import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Exercise } from '../coaching/exercise.ts';
import { parseExercise, parsePersona, readExerciseFile, unreadable } from '../coaching/exercise-file.ts';
import { checkReferences } from '../coaching/exercise-references.ts';
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

type Read<Item> = Pick<Shelved<Item>, 'item' | 'findings'>;

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
    const personas = this.#knownPersonas();
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
    return [...this.#exercises.values(), ...this.#personas.values()].flatMap(({ findings }) => findings).concat(this.#strays()).map(describeFinding);
  }

  #knownPersonas(): Map<string, Persona> {
    return new Map([...this.#shippedPersonas.values(), ...this.#personas.values()].flatMap(({ item }) => (item === undefined ? [] : [[item.id, item]])));
  }

  /** Exercises that name a persona that is not there. Looked for each time: a persona's file comes and goes by itself. */
  #strays(): Finding[] {
    const personas = [...this.#knownPersonas().keys()];
    return [...this.#exercises].flatMap(([name, { item }]) =>
      (item === undefined ? [] : checkReferences(item, item.id, personas).map((complaint) => ({ file: join(this.#folder, name), line: 1, column: 1, ...complaint }))));
  }

  #refresh(): void {
    for (const [shelf, folder] of [[this.#shippedPersonas, SHIPPED_EXERCISES], [this.#personas, this.#folder]] as const) {
      this.#read(shelf, join(folder, 'personas'), (file) => {
        const parsed = readExerciseFile(file, parsePersona);
        return parsed.ok ? { item: parsed.persona, findings: [] } : { item: undefined, findings: parsed.errors };
      });
    }
    this.#read(this.#exercises, this.#folder, (file) => {
      const parsed = readExerciseFile(file, (text) => parseExercise(text, file));
      return parsed.ok ? { item: parsed.exercise, findings: [] } : { item: undefined, findings: parsed.errors };
    });
  }

  #read<Item>(shelf: Map<string, Shelved<Item>>, folder: string, read: (file: string) => Read<Item>): void {
    const names = list(folder);
    if (!Array.isArray(names)) return this.#put(shelf, '', names.code, () => ({ item: undefined, findings: [unreadable(folder, names.code)] }));
    for (const name of shelf.keys()) if (!names.includes(name)) shelf.delete(name);
    for (const name of names) {
      const file = join(folder, name);
      const stamp = stampOf(file);
      if (stamp !== undefined) this.#put(shelf, name, stamp, () => read(file));
    }
  }

  #put<Item>(shelf: Map<string, Shelved<Item>>, name: string, stamp: string, read: () => Read<Item>): void {
    const before = shelf.get(name);
    if (before?.stamp === stamp) return;
    const { item, findings } = read();
    for (const finding of findings) this.#log.warn({ file: finding.file, path: finding.path, line: finding.line, reason: finding.reason, lastGoodVersion: before?.item !== undefined }, 'an exercise file is not valid');
    shelf.set(name, { stamp, item: item ?? before?.item, findings });
  }
}

interface Refusal {
  readonly code: string;
}

/** The files of a folder, none when it is not there; or why it shows none: what was read from it before still serves. */
function list(folder: string): string[] | Refusal {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json')).sort();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? [] : { code };
  }
}

/** Undefined when the file is gone: an editor replaces it. The time of the last change counts a change of rights too. */
function stampOf(file: string): string | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat && `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
