import { describe, expect, it } from 'vitest';
import { Console, type ConsoleOptions } from '../../../ops/up/console.ts';

function terminal(options: Partial<ConsoleOptions> = {}) {
  const written: string[] = [];
  return { written, terminal: new Console({ screen: { write: (text) => written.push(text) }, json: false, ...options }) };
}

describe('the console', () => {
  it('shows time, service and message, a line each', () => {
    const { terminal: shown, written } = terminal();
    shown.line('agent', '{"level":"info","msg":"coach ready"}');
    expect(written.join('')).toMatch(/^\d\d:\d\d:\d\d agent +coach ready\n$/);
  });

  it('colours names and trouble on a terminal only', () => {
    const { terminal: shown, written } = terminal({ color: true });
    shown.line('agent', '{"level":"error","msg":"broken"}');
    expect(written.join('')).toContain('\u001b[31mbroken\u001b[39m');
  });

  it('leaves out what is below its level, and livekit’s chatter', () => {
    const { terminal: shown, written } = terminal();
    shown.line('agent', '{"level":"debug","msg":"detail"}');
    shown.line('livekit', '{"level":"info","msg":"participant joined"}');
    expect(written).toEqual([]);
    shown.line('livekit', '{"level":"warn","msg":"lost"}');
    expect(written).toHaveLength(1);
    const { terminal: quiet, written: errors } = terminal({ level: 'error' });
    quiet.line('agent', '{"level":"warn","msg":"slow"}');
    expect(errors).toEqual([]);
  });

  it('leaves JSON as it is where a machine reads', () => {
    const { terminal: shown, written } = terminal({ json: true });
    const line = '{"level":"debug","msg":"detail"}';
    shown.line('livekit', line);
    shown.say('stopping');
    shown.block('a long\nwelcome', 'ready: http://127.0.0.1');
    expect(written[0]).toBe(`${line}\n`);
    expect(written.slice(1).map((text) => (JSON.parse(text) as { msg: string }).msg)).toEqual(['stopping', 'ready: http://127.0.0.1']);
  });
});
