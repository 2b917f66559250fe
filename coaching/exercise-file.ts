import { readFileSync, statSync } from 'node:fs';
import { createScanner, findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { Exercise } from './exercise.ts';
import { checkReferences } from './exercise-references.ts';
import type { Complaint, Finding } from './finding.ts';
import { explain } from './schema-findings.ts';
import { Persona } from './persona.ts';

interface Faulty {
  readonly ok: false;
  readonly errors: readonly Finding[];
}
export type ParsedExercise = { readonly ok: true; readonly exercise: Exercise } | Faulty;
export type ParsedPersona = { readonly ok: true; readonly persona: Persona } | Faulty;

/**
 * Reads a file and parses it. An entry that cannot be read (a folder, no rights) is a finding like any other fault.
 * @param parse parseExercise or parsePersona
 * @param shown how findings name the file
 */
export function readExerciseFile<Parsed>(file: string, parse: (text: string, shown: string) => Parsed, shown = file): Parsed | Faulty {
  let text: string;
  try {
    // Reading a pipe would wait for whoever writes to it.
    if (statSync(file).isFIFO()) return { ok: false, errors: [unreadable(shown, 'it is a pipe')] };
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { ok: false, errors: [unreadable(shown, (error as NodeJS.ErrnoException).code ?? String(error))] };
  }
  return parse(text, shown);
}

/** The finding for a file or folder that gives no text. */
export const unreadable = (file: string, reason: string): Finding =>
  ({ file, path: '', line: 1, column: 1, reason: `it cannot be read: ${reason}`, suggestion: 'Take it away, or put a file there that this user may read.' });

/**
 * Reads one exercise file and reports everything that is wrong with it, in the order of the file.
 * @param personas ids that exist; undefined skips that check (a running session falls back to the default coach).
 */
export function parseExercise(text: string, file: string, personas?: Iterable<string>): ParsedExercise {
  const read = readJson(text, file, Exercise);
  if (!read.ok) return read;
  const exercise = read.value;
  const errors = locate(checkReferences(exercise, idOf(file), personas), read.tree, text, file);
  return errors.length === 0 ? { ok: true, exercise } : { ok: false, errors };
}

/** The same for a persona's file. */
export function parsePersona(text: string, file: string): ParsedPersona {
  const read = readJson(text, file, Persona);
  if (!read.ok) return read;
  if (read.value.id === idOf(file)) return { ok: true, persona: read.value };
  const complaint = { path: '/id', reason: `the id is “${read.value.id}”, the file is named “${idOf(file)}”`, suggestion: `Write "id": "${idOf(file)}", or rename the file.` };
  return { ok: false, errors: locate([complaint], read.tree, text, file) };
}

type Read<Schema extends TSchema> =
  | { readonly ok: true; readonly value: Static<Schema>; readonly tree: Node }
  | Faulty;

function readJson<const Schema extends TSchema>(text: string, file: string, schema: Schema): Read<Schema> {
  const source = text.replace(/^\uFEFF/, '');
  const tooDeep = offsetTooDeep(source);
  if (tooDeep !== undefined) return { ok: false, errors: [{ file, path: '', ...positionOf(source, tooDeep), reason: 'it is nested too deeply', suggestion: 'See docs/exercises.md for the shape of an exercise.' }] };
  const problems: ParseError[] = [];
  const tree = parseTree(source, problems, { disallowComments: true });
  const [problem] = problems;
  if (tree === undefined || problem !== undefined) return { ok: false, errors: [syntaxFinding(source, file, problem)] };
  const repeated = repeatedKeys(tree, '');
  const value: unknown = JSON.parse(source);
  if (repeated.length === 0 && Value.Check(schema, value)) return { ok: true, value, tree };
  return { ok: false, errors: locate([...repeated, ...explain(schema, value)], tree, source, file) };
}

/** Far beyond any exercise, and far from where the parsers, which recurse, run out of stack. */
const DEEPEST = 100;

/** Where the text opens one list or object too many inside the others. */
function offsetTooDeep(text: string): number | undefined {
  const scanner = createScanner(text);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const mark = text.charAt(scanner.getTokenOffset());
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth > DEEPEST) return scanner.getTokenOffset();
  }
  return undefined;
}

const SYNTAX: Readonly<Record<string, readonly [reason: string, suggestion: string]>> = {
  ValueExpected: ['a value is missing here', 'Give a value, or take away the comma before it.'],
  ColonExpected: ['a colon is missing after the name of the field', 'Write "name": value.'],
  CommaExpected: ['a comma is missing before this', 'Put a comma after the value before it.'],
  PropertyNameExpected: ['the name of a field, in double quotes, is expected here', 'Write "name": value, or take away the comma before it.'],
  CloseBraceExpected: ['a closing } is missing', 'Close the object with }.'],
  CloseBracketExpected: ['a closing ] is missing', 'Close the list with ].'],
  EndOfFileExpected: ['there is something after the end of the exercise', 'Take it away: a file holds one object.'],
  UnexpectedEndOfString: ['the closing " of a text is missing', 'Close the text with " on its own line; a quote inside it is written \\".'],
  InvalidCommentToken: ['comments are not allowed in JSON', 'Take the comment away.'],
  InvalidEscapeCharacter: ['a backslash stands before a character that needs none', 'Write \\\\ for a backslash.'],
  InvalidCharacter: ['a control character stands inside a text', 'Write \\n for a new line.'],
};

function syntaxFinding(text: string, file: string, problem: ParseError | undefined): Finding {
  const [reason, suggestion] = (problem && SYNTAX[printParseErrorCode(problem.error)]) ?? ['this is not JSON', 'Texts and names stand in double quotes; see docs/exercises.md.'];
  if (text.trim() === '') return { file, path: '', line: 1, column: 1, reason: 'the file is empty', suggestion: 'Begin with the example of ten lines in docs/exercises.md.' };
  return { file, path: '', ...positionOf(text, problem?.offset ?? 0), reason: `not valid JSON: ${reason}`, suggestion };
}

/** JSON.parse keeps the last of two fields of one name without a word: the first would be lost. */
function repeatedKeys(node: Node, path: string): Complaint[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((child, index) => repeatedKeys(child, `${path}/${index}`));
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) => {
    const name = String(key?.value);
    const below = value ? repeatedKeys(value, `${path}/${name}`) : [];
    const complaint = { path: `${path}/${name}`, reason: `the field “${name}” stands here twice`, suggestion: 'Keep one of them.' };
    const again = seen.has(name);
    seen.add(name);
    return again ? [complaint, ...below] : below;
  });
}

function locate(complaints: readonly Complaint[], tree: Node, text: string, file: string): Finding[] {
  return complaints.map((complaint) => ({ file, ...complaint, ...positionOf(text, nodeAt(tree, complaint.path)?.offset ?? 0) }));
}

/** The node a pointer leads to, or the nearest one above it that exists. */
function nodeAt(tree: Node, pointer: string): Node | undefined {
  const steps = pointer.split('/').slice(1).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const node = findNodeAtLocation(tree, steps);
  return node ?? (steps.length === 0 ? tree : nodeAt(tree, pointer.slice(0, pointer.lastIndexOf('/'))));
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const idOf = (file: string): string => (file.split(/[\\/]/).at(-1) ?? file).replace(/\.json$/, '');
