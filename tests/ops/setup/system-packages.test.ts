import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../ops/setup/programs.ts';
import { ProgramFailed } from '../../../ops/setup/run-program.ts';
import { setUp } from '../../../ops/setup/set-up.ts';
import { systemPackagesStep, type SystemPackagesOptions } from '../../../ops/setup/system-packages.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A machine with these programs; `install` brings what `available` says can be had. */
function machine({ has = [], available = [] }: { has?: string[]; available?: string[] }): { home: string; present: Set<string>; asked: string[][]; options: (install: boolean) => SystemPackagesOptions } {
  const [home, present, asked] = [temporaryFolder(), new Set(has), [] as string[][]];
  const program = (name: string, required: boolean): SystemPackagesOptions['programs'][number] => ({ name, apt: `${name}-package`, required, purpose: `to ${name}`, isThere: () => present.has(name) });
  const install = (packages: readonly string[]): Promise<void> => {
    asked.push([...packages]);
    const had = available.filter((name) => packages.includes(`${name}-package`));
    for (const name of had) present.add(name);
    return had.length === packages.length ? Promise.resolve() : Promise.reject(new ProgramFailed('apt-get ended with 100'));
  };
  return {
    home, present, asked,
    options: (can) => ({ programs: [program('speak', true), program('convert', false)], memory: join(home, 'asked'), install: can ? install : undefined }),
  };
}

async function run(home: string, options: SystemPackagesOptions): Promise<string> {
  let printed = '';
  await setUp([systemPackagesStep(options)], { home, screen: { write: (text) => (printed += text) } });
  return printed;
}

describe('system packages', () => {
  it('are left alone when they are there', async () => {
    const { home, asked, options } = machine({ has: ['speak', 'convert'] });
    await expect(run(home, options(true))).resolves.toBe('');
    expect(asked).toEqual([]);
  });

  it('are installed, only those that are missing', async () => {
    const { home, asked, options } = machine({ has: ['convert'], available: ['speak'] });
    await expect(run(home, options(true))).resolves.toContain('✓ system packages');
    expect(asked).toEqual([['speak-package']]);
  });

  it('that are required are named with the command to type where they cannot be installed', async () => {
    const { home, options } = machine({});
    const failure = run(home, options(false));
    await expect(failure).rejects.toMatchObject({ code: 'SETUP_PROGRAM_MISSING', details: { program: 'speak' } });
    await expect(failure).rejects.toHaveProperty('fix', expect.stringMatching(/apt-get install speak-package convert-package/));
  });

  it('that are wanted but cannot be had are named once; everything goes on', async () => {
    const { home, asked, options } = machine({ has: ['speak'] });
    await expect(run(home, options(true))).resolves.toMatch(/convert is not installed \(to convert\): .*apt-get install convert-package/);
    await expect(run(home, options(true))).resolves.toBe('');
    expect(asked).toHaveLength(1);
  });

  it('that could not be installed although required say why', async () => {
    const { home, options } = machine({ available: ['convert'] });
    await expect(run(home, options(true))).rejects.toMatchObject({ code: 'SETUP_PROGRAM_MISSING', cause: expect.any(ProgramFailed) as unknown });
  });
});

describe('findProgram', () => {
  it('takes the first name that is an executable file on PATH', () => {
    const folder = temporaryFolder();
    for (const name of ['plain', 'tool']) writeFileSync(join(folder, name), '#!/bin/sh\n');
    chmodSync(join(folder, 'tool'), 0o755);
    const env = { PATH: `/nowhere:${folder}` };
    expect(findProgram(['plain', 'tool'], env)).toBe(join(folder, 'tool'));
    expect(findProgram(['plain'], env)).toBeUndefined();
    expect(findProgram(['tool'], {})).toBeUndefined();
  });
});
