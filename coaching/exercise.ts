import Type, { type Static } from 'typebox';

/**
 * An exercise, as an author writes it in `exercises/<id>.json`. docs/exercises.md explains each field with examples; the
 * JSON Schema that editors read is made from this one (`coaching/editor-schema.ts`).
 */
const closed = { additionalProperties: false };
const about = (description: string) => ({ description });
const Id = (description: string) => Type.String({ pattern: '^[a-z][a-z0-9_]{1,63}$', description });

/** Something the coach says aloud: one to three sentences, a breath long. */
const Sayable = Type.String({ minLength: 2, maxLength: 240, description: 'Said aloud: one to three short sentences.' });
const Sayables = (description: string) => Type.Array(Sayable, { minItems: 1, description });
/** Word beginnings to listen for. Fewer than four letters: the whole word. Accents and case do not matter; several words: in a row. */
const Stems = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, description });

/** What later issues score, and what the learner's page shows as the exercise's focus. */
const DIMENSIONS = ['fluency', 'confidence', 'clarity', 'engagement', 'professionalism', 'persuasion', 'listening', 'problem_solving', 'assertiveness', 'structure', 'delivery'] as const;

/** What can be said of a turn once it is measured. Thresholds: coaching/norms.ts. */
const TRAITS = ['too_short', 'too_long', 'hesitant', 'fast', 'slow'] as const;
export type Trait = (typeof TRAITS)[number];

export const Reaction = Type.Object({
  when: Type.Object({
    said: Type.Optional(Stems('The learner said one of these.')),
    figure: Type.Optional(Type.Enum(['some', 'none', 'amount', 'lower'], about('The turn has a figure; a full turn has none; an amount of money; an amount below the one named before.'))),
    measured: Type.Optional(Type.Enum([...TRAITS], about('What was measured of the turn.'))),
  }, { ...closed, minProperties: 1, description: 'All the conditions given must hold.' }),
  say: Sayables('One of these is said; each once a session.'),
  concede: Type.Optional(Type.Boolean(about('The coach moves to the next of `offers` first; the reaction is passed over when none is left.'))),
}, { ...closed, description: 'What the coach answers to something said or measured.' });
export type Reaction = Static<typeof Reaction>;

const Answer = Type.Object({
  asked: Stems('The learner asks the coach about one of these.'),
  say: Sayables('The coach’s answer, which hands the word back.'),
}, closed);

export const Phase = Type.Object({
  id: Id('Unique in the exercise.'),
  title: Type.String({ minLength: 1, maxLength: 60, description: 'Shown to the learner while the phase lasts.' }),
  goal: Type.String({ minLength: 1, maxLength: 300, description: 'What this phase is for. Led by an LLM, the coach reads it.' }),
  prompts: Type.Array(Type.Union([Sayable, Sayables('Ways to ask the same; one of them is said.')]), { minItems: 1, description: 'What the coach asks, in this order.' }),
  help: Type.Optional(Sayables('Given when the learner asks for help, does not know or stays silent.')),
  reactions: Type.Optional(Type.Array(Reaction, about('Looked at before the exercise’s own reactions.'))),
  movesOn: Type.Optional(Type.Object({
    turns: Type.Optional(Type.Integer({ minimum: 1, maximum: 30, description: 'After this many turns of the learner. Default 3.' })),
    minutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 60, description: 'After this long.' })),
    words: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000, description: 'After this many words of the learner.' })),
    said: Type.Optional(Stems('As soon as the learner says one of these.')),
  }, { ...closed, minProperties: 1, description: 'The first condition that holds ends the phase.' })),
  next: Type.Optional(Id('The phase that follows; the next in the list where absent.')),
}, closed);
export type Phase = Static<typeof Phase>;

export const Exercise = Type.Object({
  $schema: Type.Optional(Type.String(about('For editors: `./exercise.schema.json`.'))),
  id: Id('The same as the file’s name.'),
  title: Type.String({ minLength: 1, maxLength: 80, description: 'Shown to the learner.' }),
  description: Type.String({ minLength: 1, maxLength: 400, description: 'Two sentences that make the learner want to begin.' }),
  character: Id('The persona, of `exercises/personas/`.'),
  durationMinutes: Type.Number({ minimum: 1, maximum: 60, description: 'When the coach closes.' }),
  difficulty: Type.Enum(['beginner', 'intermediate', 'advanced']),
  language: Type.Enum(['fr', 'en'], about('ISO 639-1. The scripted coach speaks French so far.')),
  stance: Type.Optional(Type.Enum(['coach', 'interviewer', 'negotiator', 'audience'], about('How the coach asks when the exercise itself has nothing left to ask. Default `coach`, the only one that comments on pace or hesitation while the exercise runs.'))),
  pace: Type.Optional(Type.Enum(['conversation', 'talk'], about('Which norm the speech rate is held against. Default `conversation`.'))),
  scenario: Type.Object({
    context: Type.String({ minLength: 1, maxLength: 600, description: 'Where we are and who is who.' }),
    objective: Type.String({ minLength: 1, maxLength: 300, description: 'What the learner should reach.' }),
    evaluation: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, description: 'What it is judged by.' }),
  }, closed),
  passingScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1, default: 0.7, description: 'Default 0.7.' })),
  focusAreas: Type.Array(Type.Enum([...DIMENSIONS]), { minItems: 1, description: 'What this exercise trains, first the most.' }),
  customMetrics: Type.Optional(Type.Array(Type.Object({
    id: Id('Unique in the exercise.'),
    label: Type.String({ minLength: 1, maxLength: 80 }),
    description: Type.String({ minLength: 1, maxLength: 300, description: 'How a person would judge it.' }),
  }, closed), about('What this exercise looks at beside the focus areas.'))),
  before: Type.Optional(Type.String({ maxLength: 600, description: 'Advice to read before beginning.' })),
  after: Type.Optional(Type.String({ maxLength: 600, description: 'What to think about, or try, afterwards.' })),
  vocabulary: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), about('Words to expect, for the recogniser and for the LLM.'))),
  greetings: Sayables('The first words. They end in the first question: the first phase’s prompts go on from it.'),
  phases: Type.Array(Phase, { minItems: 1, description: 'The exercise’s path.' }),
  reactions: Type.Optional(Type.Array(Reaction, about('Answers to what was said, in any phase.'))),
  answers: Type.Optional(Type.Array(Answer, about('What the coach replies when asked.'))),
  offers: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, description: 'Positions of a negotiator, from the first to the last; `{offer}` is the current one.' })),
  encouragements: Type.Optional(Sayables('Short first sentences of a reply to a full turn, beside the coach’s usual ones.')),
  silence: Type.Optional(Sayables('Said after some seconds of silence.')),
  leadBack: Type.Optional(Sayables('Said when the learner leaves the subject.')),
  closings: Type.Optional(Sayables('The last words, after the strength and the advice.')),
}, closed);
export type Exercise = Static<typeof Exercise>;

/** Turns a phase lasts where it does not say when it moves on. */
export const DEFAULT_PHASE_TURNS = 3;
