import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavHeader } from '../../protocol/pcm.ts';

/** What a program in espeak-ng's place does with the text that it is given. */
export type Fault = 'hang' | 'silence' | 'exit' | 'die-midway' | 'hang-midway' | 'no-audio';

const HALF_A_SECOND = 11_025;

/** A program that fails as real ones do. It answers `--version` like a healthy one. */
export function brokenEspeak(fault: Fault): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'espeak-'));
  const tone = Int16Array.from({ length: HALF_A_SECOND }, (_, n) => 8_000 * Math.sin((2 * Math.PI * 440 * n) / 22_050));
  writeFileSync(join(folder, 'header'), wavHeader(22_050));
  writeFileSync(join(folder, 'tone'), Buffer.from(tone.buffer));
  writeFileSync(join(folder, 'silence'), Buffer.alloc(2 * HALF_A_SECOND));
  const forever = 'exec sleep 600';
  const bodies: Record<Fault, string> = {
    hang: forever,
    silence: 'cat header silence silence',
    exit: 'exit 3',
    'die-midway': 'cat header tone; kill -9 $$',
    'hang-midway': `cat header tone; ${forever}`,
    'no-audio': 'cat header',
  };
  const program = join(folder, 'espeak-ng');
  writeFileSync(program, `#!/bin/sh\n[ "$1" = --version ] && exit 0\ncd "${folder}"\n${bodies[fault]}\n`);
  chmodSync(program, 0o755);
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
