/** Something an author has to correct. */
export interface Finding {
  readonly file: string;
  /** JSON pointer into the file; empty for the file as a whole. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  /** What to do about it. */
  readonly suggestion: string;
}

/** A finding before its place in the file is looked up: the rules know paths, not lines. */
export type Complaint = Pick<Finding, 'path' | 'reason' | 'suggestion'>;

/** One line for a terminal: `exercises/x.json:3:14 /phases/0/prompts: the list is empty. Give at least 1.` */
export function describeFinding({ file, line, column, path, reason, suggestion }: Finding): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${reason}. ${suggestion}`;
}
