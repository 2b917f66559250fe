import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeFolder } from '../../core/paths.ts';

/** A data folder of a test's own, which shares what set-up brought (models, programs) and nothing that a session keeps. */
export function temporaryHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'eloquence-'));
  for (const shared of ['models', 'bin']) {
    const from = join(homeFolder(), shared);
    if (existsSync(from)) symlinkSync(from, join(home, shared));
  }
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}
