import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFiles } from '../../../ops/up/log-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'eloquence-logs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('log files', () => {
  it('keep every line of a service, for its owner alone', async () => {
    const files = new LogFiles(folder, expect.unreachable);
    files.write('agent', 'one');
    files.write('agent', 'two');
    files.write('inference', 'three');
    await files.close();
    expect(readFileSync(join(folder, 'agent.log'), 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(join(folder, 'inference.log'), 'utf8')).toBe('three\n');
    expect(statSync(join(folder, 'agent.log')).mode & 0o077).toBe(0);
  });

  it('rotate at 10 MB and keep five', async () => {
    const line = 'x'.repeat(1_000_000);
    for (let run = 0; run < 7; run++) {
      const files = new LogFiles(folder, expect.unreachable);
      for (let n = 0; n < 11; n++) files.write('agent', `${String(run)} ${line}`);
      await files.close();
    }
    expect(readdirSync(folder).filter((name) => /^agent\.log(\.\d)?$/.test(name)).sort()).toEqual(['agent.log', ...[1, 2, 3, 4, 5].map((n) => `agent.log.${String(n)}`)]);
  });

  it('tell once that they cannot be written, and go on without', async () => {
    writeFileSync(join(folder, 'file'), '');
    const failures: string[] = [];
    const files = new LogFiles(join(folder, 'file'), (reason) => failures.push(reason));
    files.write('agent', 'one');
    await expect.poll(() => failures).toHaveLength(1);
    files.write('agent', 'two');
    await files.close();
    expect(failures[0]).toContain('agent.log');
  });
});
