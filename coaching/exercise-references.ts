import type { Complaint } from './finding.ts';
import type { Exercise, Phase } from './exercise.ts';
import { nearest } from './nearest-name.ts';
import { FIELDS, fieldsIn } from './template-fields.ts';

/** What a schema cannot see: names that lead nowhere, names used twice, blanks that nothing fills. */
export function checkReferences(exercise: Exercise, fileId: string, personas?: Iterable<string>): Complaint[] {
  return [
    ...(exercise.id === fileId ? [] : [{ path: '/id', reason: `the id is “${exercise.id}”, the file is named “${fileId}”`, suggestion: `Write "id": "${fileId}", or rename the file.` }]),
    ...(personas === undefined ? [] : checkPersona(exercise.character, [...personas])),
    ...duplicates(exercise.phases.map(({ id }) => id), (index) => `/phases/${index}/id`, 'phase'),
    ...duplicates((exercise.customMetrics ?? []).map(({ id }) => id), (index) => `/customMetrics/${index}/id`, 'metric'),
    ...checkPath(exercise.phases),
    ...checkConcessions(exercise),
    ...checkTemplates(exercise),
  ];
}

function checkPersona(character: string, personas: readonly string[]): Complaint[] {
  if (personas.includes(character)) return [];
  const close = nearest(character, personas);
  return [{ path: '/character', reason: `there is no persona “${character}”`, suggestion: close === undefined ? `Personas: ${personas.join(', ')}.` : `Did you mean “${close}”?` }];
}

function duplicates(ids: readonly string[], path: (index: number) => string, what: string): Complaint[] {
  return ids.flatMap((id, index) => (ids.indexOf(id) === index ? [] : [{ path: path(index), reason: `a second ${what} is named “${id}”`, suggestion: 'Give each its own id.' }]));
}

function checkPath(phases: readonly Phase[]): Complaint[] {
  const ids = phases.map(({ id }) => id);
  const lost = phases.flatMap(({ next }, index) => {
    if (next === undefined || ids.includes(next)) return [];
    const close = nearest(next, ids);
    return [{ path: `/phases/${index}/next`, reason: `there is no phase “${next}”`, suggestion: close === undefined ? `Phases: ${ids.join(', ')}.` : `Did you mean “${close}”?` }];
  });
  if (lost.length > 0) return lost;
  const reached = new Set<number>();
  for (let at = 0; at >= 0 && at < phases.length && !reached.has(at); at = follower(phases, at)) reached.add(at);
  return ids.flatMap((id, index) => (reached.has(index) || ids.indexOf(id) !== index ? [] : [{ path: `/phases/${index}`, reason: `no transition reaches the phase “${id}”`, suggestion: `Name it in the "next" of another phase, or take it away.` }]));
}

/** Where the exercise goes after phase `at`: its `next`, else the one below it; `phases.length` is the end. */
export function follower(phases: readonly Phase[], at: number): number {
  const next = phases[at]?.next;
  return next === undefined ? at + 1 : phases.findIndex(({ id }) => id === next);
}

function checkConcessions({ offers, reactions = [], phases }: Exercise): Complaint[] {
  if (offers !== undefined) return [];
  const lists = [{ path: '/reactions', list: reactions }, ...phases.map((phase, index) => ({ path: `/phases/${index}/reactions`, list: phase.reactions ?? [] }))];
  return lists.flatMap(({ path, list }) => list.flatMap(({ concede }, index) => (concede === true ? [{ path: `${path}/${index}/concede`, reason: 'there are no offers to concede', suggestion: 'Add "offers", or take "concede" away.' }] : [])));
}

interface Said { readonly path: string; readonly text: string; readonly mayTalkOfTheLearner: boolean }

function checkTemplates(exercise: Exercise): Complaint[] {
  const said = everythingSaid(exercise);
  const known = Object.keys(FIELDS).filter((name) => name !== 'offer' || exercise.offers !== undefined);
  const complaints = said.flatMap(({ path, text, mayTalkOfTheLearner }) => fieldsIn(text).flatMap((name) => {
    const allowed = mayTalkOfTheLearner ? known : known.filter((field) => field === 'offer');
    if (allowed.includes(name)) return [];
    const close = nearest(name, allowed);
    const suggestion = name === 'offer' ? 'Add "offers" to the exercise.' : close === undefined ? (allowed.length > 0 ? `Fields here: ${allowed.join(', ')}.` : 'Write it without a field.') : `Did you mean {${close}}?`;
    return [{ path, reason: `nothing fills {${name}} here`, suggestion }];
  }));
  const blocked = exercise.phases.flatMap(({ prompts }, index) => {
    const plain = prompts.flat().some((text) => fieldsIn(text).every((name) => name === 'offer'));
    return plain ? [] : [{ path: `/phases/${index}/prompts`, reason: 'every prompt needs something from the learner to be filled', suggestion: 'Add one prompt without a field.' }];
  });
  return [...complaints, ...blocked];
}

function everythingSaid(exercise: Exercise): Said[] {
  const list = (path: string, texts: readonly string[] = [], mayTalkOfTheLearner = false): Said[] => texts.map((text, index) => ({ path: `${path}/${index}`, text, mayTalkOfTheLearner }));
  const reactions = (path: string, of: Exercise['reactions'] = []): Said[] => of.flatMap(({ say }, index) => list(`${path}/${index}/say`, say, true));
  return [
    ...list('/greetings', exercise.greetings),
    ...exercise.phases.flatMap((phase, index) => [
      ...phase.prompts.flatMap((prompt, step) => (typeof prompt === 'string' ? list(`/phases/${index}/prompts`, [prompt], true).map((said) => ({ ...said, path: `/phases/${index}/prompts/${step}` })) : list(`/phases/${index}/prompts/${step}`, prompt, true))),
      ...list(`/phases/${index}/help`, phase.help),
      ...reactions(`/phases/${index}/reactions`, phase.reactions),
    ]),
    ...reactions('/reactions', exercise.reactions),
    ...(exercise.answers ?? []).flatMap(({ say }, index) => list(`/answers/${index}/say`, say)),
    ...list('/encouragements', exercise.encouragements),
    ...list('/silence', exercise.silence),
    ...list('/leadBack', exercise.leadBack),
    ...list('/closings', exercise.closings),
  ];
}
