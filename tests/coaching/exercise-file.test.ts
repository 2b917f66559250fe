import { describe, expect, it } from 'vitest';
import { parseExercise, parsePersona, type ParsedExercise } from '../../coaching/exercise-file.ts';
import { describeFinding } from '../../coaching/finding.ts';
import { EXERCISE_IDS, PERSONA_IDS, shippedExercise, shippedPersona } from '../support/simulated-learner.ts';

/** A small, sound exercise, laid out so that lines can be counted. */
const SOUND = `{
  "id": "essai",
  "title": "Essai",
  "description": "Un essai.",
  "character": "marie_coach",
  "durationMinutes": 3,
  "difficulty": "beginner",
  "language": "fr",
  "scenario": { "context": "Ici.", "objective": "Parler.", "evaluation": ["Clarté"] },
  "focusAreas": ["clarity"],
  "greetings": ["Bonjour. De quoi parlons-nous ?"],
  "reactions": [{ "when": { "said": ["travail"] }, "say": ["Quel travail ?"] }],
  "phases": [
    { "id": "un", "title": "Un", "goal": "Commencer.", "prompts": ["Pourquoi ?", ["Comment ?", "De quelle façon ?"]] },
    { "id": "deux", "title": "Deux", "goal": "Finir.", "prompts": ["Et alors ?"], "movesOn": { "turns": 2 } }
  ]
}`;

const check = (text: string): ParsedExercise => parseExercise(text, 'exercises/essai.json', PERSONA_IDS);
const replaced = (from: string, to: string): string => {
  expect(SOUND).toContain(from);
  return SOUND.replace(from, to);
};

/** What is broken, how, and what the author reads: place, reason, suggestion. */
const BROKEN: readonly (readonly [name: string, text: () => string, at: string, reason: RegExp, suggestion: RegExp])[] = [
  ['an empty file', () => '', '1:1', /empty/, /ten lines/],
  ['text that is no JSON', () => 'Bonjour', '1:1', /not valid JSON/, /./],
  ['a comma too many', () => replaced('"title": "Essai",', '"title": "Essai",,'), '3:20', /name of a field/, /comma/],
  ['a comma at the end of a list', () => replaced('["clarity"]', '["clarity",]'), '10:28', /value is missing/, /comma/],
  ['a missing comma', () => replaced('"Essai",', '"Essai"'), '4:3', /comma is missing/, /Put a comma/],
  ['a missing colon', () => replaced('"language": "fr"', '"language" "fr"'), '8:14', /colon is missing/, /"name": value/],
  ['an unclosed text', () => replaced('"Un essai."', '"Un essai.'), '4:18', /closing " /, /Close the text/],
  ['an unclosed object', () => SOUND.slice(0, -1), '17:1', /closing \} is missing/, /Close/],
  ['brackets without end', () => '['.repeat(200_000), '1:101', /nested too deeply/, /shape/],
  ['objects without end', () => '{"a":'.repeat(50_000), '1:501', /nested too deeply/, /shape/],
  ['a comment', () => replaced('"language"', '// langue\n  "language"'), '8:3', /comments/, /Take the comment away/],
  ['something after the end', () => `${SOUND} {}`, '17:3', /after the end/, /one object/],
  ['a list instead of an exercise', () => '[]', '1:1 ', /an object is expected, not a list/, /./],
  ['a field twice', () => replaced('"title": "Essai",', '"title": "Essai", "title": "Encore",'), '/title', /twice/, /Keep one/],
  ['a missing field', () => replaced('"description": "Un essai.",\n', ''), '/description', /“description” is missing/, /Add "description"/],
  ['a misspelt required field', () => replaced('"durationMinutes"', '"durationMinute"'), '/durationMinutes', /missing/, /Rename “durationMinute”/],
  ['an unknown field', () => replaced('"language"', '"silense": ["Oui ?"], "language"'), '/silense', /not known/, /“silence”/],
  ['an unknown field in a phase', () => replaced('"goal": "Finir."', '"goal": "Finir.", "promts": []'), '/phases/1/promts', /not known/, /“prompts”/],
  ['a wrong type', () => replaced('"durationMinutes": 3', '"durationMinutes": "trois"'), '6:22 /durationMinutes', /a number is expected, not a string/, /./],
  ['null', () => replaced('"title": "Essai"', '"title": null'), '/title', /a string is expected, not null/, /./],
  ['a prompt that is a number', () => replaced('"Pourquoi ?"', '7'), '/phases/0/prompts/0', /a text or a list of texts/, /./],
  ['a number out of range', () => replaced('"durationMinutes": 3', '"durationMinutes": 0'), '/durationMinutes', /0 is out of range/, />= 1/],
  ['a score out of range', () => replaced('"language"', '"passingScore": 70, "language"'), '/passingScore', /out of range/, /<= 1/],
  ['an unknown difficulty', () => replaced('"beginner"', '"begginer"'), '/difficulty', /not one of beginner/, /“beginner”/],
  ['an unknown language', () => replaced('"fr"', '"klingon"'), '/language', /not one of fr, en/, /Known: fr, en/],
  ['an unknown focus area', () => replaced('["clarity"]', '["clarté"]'), '/focusAreas/0', /not one of/, /“clarity”/],
  ['an empty list', () => replaced('["Et alors ?"]', '[]'), '/phases/1/prompts', /list is empty/, /at least 1/],
  ['a text too long to be said', () => replaced('"Et alors ?"', `"${'Et alors ? '.repeat(30)}"`), '/phases/1/prompts/0', /longer than 240/, /breath/],
  ['an id that is none', () => replaced('"id": "deux"', '"id": "Phase deux"'), '/phases/1/id', /not an id/, /small letters/],
  ['an id that is not the file’s name', () => replaced('"id": "essai"', '"id": "autre"'), '2:9 /id', /file is named “essai”/, /"id": "essai"/],
  ['an unknown persona', () => replaced('"marie_coach"', '"mari_coach"'), '/character', /no persona “mari_coach”/, /“marie_coach”/],
  ['two phases of one id', () => replaced('"id": "deux"', '"id": "un"'), '/phases/1/id', /second phase/, /own id/],
  ['a phase that nothing leads to', () => replaced('"goal": "Commencer."', '"goal": "Commencer.", "next": "un"'), '/phases/1', /no transition reaches/, /"next"/],
  ['a transition to nowhere', () => replaced('"goal": "Commencer."', '"goal": "Commencer.", "next": "dux"'), '/phases/0/next', /no phase “dux”/, /“deux”/],
  ['a condition that is none', () => replaced('{ "turns": 2 }', '{}'), '/phases/1/movesOn', /no condition/, /at least one/],
  ['a reaction to nothing', () => replaced('{ "said": ["travail"] }', '{}'), '/reactions/0/when', /no condition/, /at least one/],
  ['a reaction to an unknown measure', () => replaced('"said": ["travail"]', '"measured": "loud"'), '/reactions/0/when/measured', /not one of/, /Known: too_short/],
  ['a field of text that is not known', () => replaced('Quel travail ?', 'Et {topik} ?'), '/reactions/0/say/0', /nothing fills \{topik\}/, /\{topic\}/],
  ['the learner’s topic in a greeting', () => replaced('Bonjour.', 'Bonjour {name}.'), '/greetings/0', /nothing fills \{name\} here/, /without a field/],
  ['an offer without offers', () => replaced('Quel travail ?', 'À {offer} ?'), '/reactions/0/say/0', /nothing fills \{offer\}/, /Add "offers"/],
  ['a concession without offers', () => replaced('"say": ["Quel', '"concede": true, "say": ["Quel'), '/reactions/0/concede', /no offers/, /Add "offers"/],
  ['prompts that all need a topic', () => replaced('["Et alors ?"]', '["Et {topic} ?"]'), '/phases/1/prompts', /every prompt needs/, /without a field/],
  ['two metrics of one id', () => replaced('"focusAreas"', '"customMetrics": [{ "id": "a_b", "label": "A", "description": "A" }, { "id": "a_b", "label": "B", "description": "B" }], "focusAreas"'), '/customMetrics/1/id', /second metric/, /own id/],
];

describe('parseExercise', () => {
  it('reads a sound exercise', () => {
    const parsed = check(SOUND);
    expect(parsed.ok && parsed.exercise.phases.length).toBe(2);
  });

  it('counts no bracket inside a text', () => expect(check(replaced('Un essai.', '['.repeat(200))).ok).toBe(true));

  it('reads a file with a byte order mark', () => expect(check(`\uFEFF${SOUND}`).ok).toBe(true));

  it.each(BROKEN)('says where and what: %s', (_name, text, at, reason, suggestion) => {
    const parsed = check(text());
    const found = parsed.ok ? [] : parsed.errors.map((finding) => ({ ...finding, place: `${finding.line}:${finding.column} ${finding.path}` }));
    const hit = found.find(({ place, reason: said }) => (at.startsWith('/') ? place.endsWith(` ${at}`) : place.startsWith(at)) && reason.test(said));
    expect(hit, JSON.stringify(found, null, 1)).toBeDefined();
    expect(hit?.suggestion).toMatch(suggestion);
  });

  it('reports all that is wrong at once, each thing once', () => {
    const parsed = check(replaced('"fr"', '"de"').replace('"clarity"', '"style"').replace('["Et alors ?"]', '[]'));
    expect(parsed.ok ? [] : parsed.errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['/language', '/focusAreas/0', '/phases/1/prompts']));
    expect(parsed.ok ? 0 : parsed.errors.length).toBe(3);
  });

  it('does not ask for personas it is not told of', () => expect(parseExercise(replaced('"marie_coach"', '"inconnu"'), 'essai.json').ok).toBe(true));

  it('writes a finding on one line', () => {
    const parsed = check(replaced('"marie_coach"', '"mari_coach"'));
    expect(parsed.ok ? '' : parsed.errors.map(describeFinding).join()).toBe('exercises/essai.json:5:16 /character: there is no persona “mari_coach”. Did you mean “marie_coach”?');
  });
});

describe('the shipped files', () => {
  it.each(EXERCISE_IDS)('%s is sound', (id) => expect(shippedExercise(id).id).toBe(id));
  it.each(PERSONA_IDS)('%s is sound', (id) => expect(shippedPersona(id).id).toBe(id));
});

describe('parsePersona', () => {
  it('says what is wrong', () => {
    const parsed = parsePersona('{ "id": "x_y", "name": "X", "role": "R", "personality": { "warmth": 2, "formality": 0, "directnes": 1 }, "expertise": ["a"], "style": "s", "voice": "v", "speed": 1 }', 'x_y.json');
    expect(parsed.ok ? [] : parsed.errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['/personality/warmth', '/personality/directness', '/personality/directnes']));
  });

  it('holds the id to the file’s name', () => {
    const parsed = parsePersona(JSON.stringify(shippedPersona('marie_coach')), 'autre.json');
    expect(parsed.ok ? [] : parsed.errors.map(({ path }) => path)).toEqual(['/id']);
  });
});
