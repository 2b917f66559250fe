import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ROOT } from '../../../core/paths.ts';
import { setUp } from '../../../ops/setup/set-up.ts';
import { webBuildStep } from '../../../ops/setup/web-build.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A checkout with a page of one script. */
function checkout(): { root: string; script: string; build: () => Promise<string> } {
  const root = temporaryFolder();
  vi.stubEnv('ELOQUENCE_HOME', root);
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'web/src'), { recursive: true });
  mkdirSync(join(root, 'protocol'));
  writeFileSync(join(root, 'web/index.html'), '<script type="module" src="/src/main.ts"></script>');
  const script = join(root, 'web/src/main.ts');
  writeFileSync(script, 'console.log("first")');
  return {
    root, script,
    build: async () => {
      let printed = '';
      await setUp([webBuildStep(root)], { home: root, screen: { write: (text) => (printed += text) } });
      return printed;
    },
  };
}

function touch(file: string): void {
  const later = new Date(Date.now() + 60_000);
  utimesSync(file, later, later);
}

it('builds the page once, and again when a source, the protocol or the dependencies changed', async () => {
  const { root, script, build } = checkout();
  await expect(build()).resolves.toContain('✓ web page');
  expect(readFileSync(join(root, 'web/dist/index.html'), 'utf8')).toContain('/assets/');
  await expect(build()).resolves.toBe('');
  for (const file of [script, 'protocol/token.ts', 'package-lock.json'].map((path) => join(path.startsWith('/') ? '' : root, path))) {
    writeFileSync(file, 'export const changed = 1;');
    touch(file);
    expect(await webBuildStep(root).needed()).toBe(true);
    rmSync(file);
    writeFileSync(script, 'console.log("second")');
  }
});

it('builds again when a source was removed', async () => {
  const { root, build } = checkout();
  writeFileSync(join(root, 'web/src/other.ts'), '');
  await build();
  rmSync(join(root, 'web/src/other.ts'));
  touch(join(root, 'web/src'));
  expect(await webBuildStep(root).needed()).toBe(true);
});

it('names what is wrong in the page, and leaves no stamp', async () => {
  const { root, script, build } = checkout();
  writeFileSync(script, 'import "./missing.ts"');
  const failure = build();
  await expect(failure).rejects.toMatchObject({ code: 'SETUP_BUILD_FAILED' });
  await expect(failure).rejects.toThrow('missing.ts');
  expect(existsSync(join(root, 'web/dist/.built'))).toBe(false);
});

it('has nothing to do where there is no page', async () => {
  const root = temporaryFolder();
  expect(await webBuildStep(root).needed()).toBe(false);
});
