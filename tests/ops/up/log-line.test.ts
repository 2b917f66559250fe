import { describe, expect, it } from 'vitest';
import { readLogLine } from '../../../ops/up/log-line.ts';

describe('readLogLine', () => {
  it('tells message and fields of our own logs', () => {
    expect(readLogLine('{"level":"info","time":"2026-01-01T00:00:00.000Z","service":"agent","msg":"coach ready","maxRooms":10,"name":"eloquence-coach"}'))
      .toEqual({ level: 'info', text: 'coach ready maxRooms=10 name=eloquence-coach' });
  });

  it('tells an error with its code', () => {
    expect(readLogLine('{"level":"error","msg":"no","err":{"type":"CodedError","code":"ENGINE_FAILED","message":"It failed.","stack":"…"}}'))
      .toEqual({ level: 'error', text: 'no ENGINE_FAILED: It failed.' });
  });

  it('understands the numbers of pino and the names of zap', () => {
    expect(readLogLine('{"level":40,"msg":"slow"}').level).toBe('warn');
    expect(readLogLine('{"level":"info","ts":1.5,"logger":"livekit","caller":"a.go:1","msg":"starting LiveKit server","portHttp":7880}'))
      .toEqual({ level: 'info', text: 'starting LiveKit server portHttp=7880' });
  });

  it('quotes what has spaces, and cuts what is long', () => {
    expect(readLogLine('{"msg":"m","a":"b c"}').text).toBe('m a="b c"');
    expect(readLogLine(JSON.stringify({ msg: 'm', a: 'x'.repeat(500) })).text.length).toBeLessThan(130);
  });

  it.each(['Error: broken', '{not json', '    at main.ts:3', ''])('leaves %j as it is', (line) => {
    expect(readLogLine(line)).toEqual({ level: 'info', text: line });
  });
});
