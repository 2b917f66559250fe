import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { megabytes, StepProgress } from '../../../ops/setup/progress.ts';

function screen(isTTY: boolean): { isTTY: boolean; columns: number; text: string; write: (text: string) => void } {
  return { isTTY, columns: 60, text: '', write(text) { this.text += text; } };
}

describe('StepProgress', () => {
  it('prints a line at the beginning and one with bytes and time at the end where there is no terminal', () => {
    const [log, clock] = [screen(false), new ManualClock()];
    const progress = new StepProgress(log, 'models', clock);
    progress.say('a file', 4_000_000);
    progress.received(4_000_000);
    clock.advance(12_000);
    progress.done();
    expect(log.text).toBe('▸ models\n✓ models: 4.0 MB, 12 s\n');
  });

  it('draws one line over and over on a terminal: step, file, bytes of how many, seconds', () => {
    const [terminal, clock] = [screen(true), new ManualClock()];
    const progress = new StepProgress(terminal, 'models', clock);
    progress.say('a file', 4_000_000);
    clock.advance(2_000);
    progress.received(1_500_000);
    expect(terminal.text.split('\r\u001b[K').at(-1)).toBe('▸ models: a file 1.5 MB of 4.0 MB · 2 s');
    expect(terminal.text).not.toContain('\n');
    progress.done();
    expect(terminal.text.endsWith('✓ models: 1.5 MB, 2 s\n')).toBe(true);
  });

  it('counts the bytes of each file anew, and all of them at the end', () => {
    const [terminal, clock] = [screen(true), new ManualClock()];
    const progress = new StepProgress(terminal, 'models', clock);
    progress.received(3_000_000);
    progress.say('the second', 8_000_000);
    expect(terminal.text).toContain('the second 0.0 MB of 8.0 MB');
    progress.done();
    expect(terminal.text).toContain('✓ models: 3.0 MB');
  });

  it('never fills the line of a terminal, which would wrap', () => {
    const terminal = screen(true);
    new StepProgress(terminal, 'models', new ManualClock()).say('x'.repeat(200));
    expect(terminal.text.split('\r\u001b[K').at(-1)?.length).toBe(59);
  });

  it('leaves notes on the screen, and says what it was at when it fails', () => {
    const log = screen(false);
    const progress = new StepProgress(log, 'system packages', new ManualClock());
    progress.note('ffmpeg is not installed');
    progress.say('espeak-ng');
    progress.failed();
    expect(log.text).toBe('▸ system packages\n  ffmpeg is not installed\n✗ system packages: espeak-ng (0 s)\n');
  });
});

it('megabytes has one decimal below ten', () => {
  expect([400_000, 9_940_000, 12_345_678].map(megabytes)).toEqual(['0.4 MB', '9.9 MB', '12 MB']);
});
