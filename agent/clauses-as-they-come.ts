import { splitClauses } from '../protocol/clauses.ts';

/** Clauses as soon as they are whole: the last one may still grow while text comes in. */
export async function* clauses(text: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const delta of text) {
    const parts = splitClauses(rest + delta);
    rest = parts.pop() ?? '';
    yield* parts;
  }
  yield* splitClauses(rest);
}
