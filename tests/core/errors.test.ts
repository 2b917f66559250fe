import { describe, expect, it } from 'vitest';
import { CodedError, ERRORS, isCodedError, type ErrorCode, type ErrorEntry } from '../../core/errors.ts';

const entries = Object.entries(ERRORS) as [ErrorCode, ErrorEntry][];

describe('the table of errors', () => {
  it('is what docs/errors.md tells (`npx vitest run tests/core -u` writes it anew)', async () => {
    const cell = (text: string): string => text.replaceAll('|', '\\|');
    const rows = entries.map(([code, { status, message, fix, retryable }]) => `| \`${code}\` | ${String(status)} | ${cell(message)} | ${cell(fix)} | ${retryable === true ? 'yes' : ''} |`);
    const page = [
      '# Errors',
      '',
      'Every failure that a learner, an author or an operator can meet, by its code. In a terminal it reads',
      '`CODE: what happened → what to do`; over HTTP it is `{"error": {"code", "message", "fix", "retryable"}}` with the',
      'status given here (500 also stands for errors that no route answers with). Names in braces are filled in. “Again”',
      'says that the same call may succeed later without anything being changed. The table is `core/errors.ts`; a test',
      'holds the two together.',
      '',
      '| code | status | what happened | what to do | again |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
    await expect(page).toMatchFileSnapshot('../../docs/errors.md');
  });

  it.each(entries)('%s says what happened and what to do, in sentences', (_code, { status, message, fix }) => {
    expect(message).toMatch(/^\S.*[.?]$/);
    expect(fix).toMatch(/^\S.*[.?`]$/);
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('CodedError', () => {
  it('fills message and fix from its details', () => {
    const error = new CodedError('PORT_IN_USE', { port: 8000, setting: 'inference.port' });
    expect(error.message).toBe('Port 8000 (inference.port) is already in use.');
    expect(error.fix).toContain('inference.port');
  });

  it('crosses a process border', () => {
    const sent = new CodedError('TOO_MANY_REQUESTS', { seconds: 3 });
    const received = CodedError.fromBody(JSON.parse(JSON.stringify(sent.toBody())) as ReturnType<CodedError['toBody']>);
    expect(received.toBody()).toEqual(sent.toBody());
    expect(isCodedError(received, 'TOO_MANY_REQUESTS')).toBe(true);
    expect(isCodedError(received, 'INTERNAL')).toBe(false);
    expect(isCodedError(new Error('other'))).toBe(false);
  });

  it.each(['NEW', 'constructor'])('takes a code that it does not know for a failure of ours: %s', (code) => {
    expect(CodedError.fromBody({ error: { code, message: 'm', fix: 'f', retryable: false } })).toMatchObject({ code: 'INTERNAL', message: 'm', fix: 'f' });
  });
});
