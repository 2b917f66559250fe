import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { inHome } from '../../../core/paths.ts';
import { PICO_LANGUAGES } from '../../../inference/tts/pico-languages.ts';
import { Pico } from '../../../inference/tts/pico.ts';
import { utter } from '../../support/speech-engines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const log = createLogger('test', 'silent');

/** Pico with these of its files. */
function picoWith(files: readonly string[]): Pico {
  const models = temporaryFolder();
  for (const file of files) symlinkSync(inHome('models', 'pico', file), join(models, file));
  const engine = new Pico({ log, models });
  onTestFinished(() => engine.close());
  return engine;
}

const languages = (engine: Pico): string[] => ['fr', 'en', 'de'].filter((language) => engine.speaks({ language }));

it('speaks the languages whose files are there, and leaves others to the next level', async () => {
  const engine = picoWith([...PICO_LANGUAGES.fr.resources, PICO_LANGUAGES.en.resources[0]]);
  await engine.ready();
  expect(languages(engine)).toEqual(['fr']);
  expect((await utter(engine, 'Bonjour.')).pcm.length).toBeGreaterThan(10_000);
  for (const language of ['en', 'de']) expect(() => engine.synthesize({ text: 'Hallo.', voice: 'af_heart', language, speed: 1, priority: 1 })).toThrow(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' }));
});

it('speaks both with all of them', async () => {
  const engine = picoWith([...PICO_LANGUAGES.fr.resources, ...PICO_LANGUAGES.en.resources]);
  await engine.ready();
  expect(languages(engine)).toEqual(['fr', 'en']);
  expect((await utter(engine, 'Good morning.', { voice: 'af_heart', language: 'en' })).pcm.length).toBeGreaterThan(10_000);
});

it('is not there without files', async () => {
  const engine = picoWith([]);
  await expect(engine.ready()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { reason: 'none of its voices is there' } });
  expect(engine.available()).toBe(false);
});
