import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../core/config.ts';
import { configure, rollback } from '../../../ops/tts/configure.ts';
import { temporaryHome } from '../../support/home.ts';

const { home, remove } = temporaryHome();
vi.stubEnv('ELOQUENCE_HOME', home);
vi.spyOn(console, 'log').mockReturnValue(undefined);
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  remove();
});

function file(text: string): string {
  const path = join(home, 'mine.yaml');
  writeFileSync(path, text);
  return path;
}

const order = (): string[] => loadConfig().tts.order;

it('puts settings in force, takes them back, and forth again', () => {
  const shipped = order();
  expect(() => rollback()).toThrow(expect.objectContaining({ code: 'CONFIG_NOTHING_BEFORE' }));
  configure(file('order: [pico, espeak]'));
  expect(order()).toEqual(['pico', 'espeak']);
  configure(file('order: [espeak]\nlevels: { espeak: { target: 500 } }'));
  expect([order(), loadConfig().tts.levels.espeak.target]).toEqual([['espeak'], 500]);
  rollback();
  expect(order()).toEqual(['pico', 'espeak']);
  rollback();
  expect(order()).toEqual(['espeak']);
  configure(file('{}'));
  rollback();
  expect(order()).toEqual(['espeak']);
  expect(shipped).toContain('kokoro');
});

it.each(['order: [nobody]', 'levels: { pico: { enabled: perhaps } }', 'order: []', 'just a text', ': ['])('leaves all as it was when the file does not fit: %s', (text) => {
  const before = order();
  expect(() => configure(file(text))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(order()).toEqual(before);
  expect(existsSync(join(home, 'config/tts.yaml.draft'))).toBe(false);
});
