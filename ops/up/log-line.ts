/** A line of a service's log, as far as a person in a terminal wants it. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

/** What every line has, or what the prefix says already. */
const UNTOLD = new Set(['level', 'time', 'ts', 'msg', 'message', 'service', 'pid', 'hostname', 'logger', 'caller', 'component', 'v', 'err', 'error', 'stacktrace']);
const LONGEST_VALUE = 120;

/** Pino's numbers (libraries that log by themselves) and the names that pino and zap (livekit-server) write. */
const LEVELS: Readonly<Record<string, LogLine['level']>> = {
  10: 'debug', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'error',
  trace: 'debug', debug: 'debug', info: 'info', warn: 'warn', error: 'error', dpanic: 'error', panic: 'error', fatal: 'error',
};

/** Makes one line of JSON log readable: message, error, then the fields as `name=value`. Other lines stay as they are. */
export function readLogLine(line: string): LogLine {
  const entry = parse(line);
  if (entry === undefined) return { level: 'info', text: line };
  const message = entry['msg'] ?? entry['message'];
  const parts = [
    typeof message === 'string' ? message : '',
    describeError(entry['err'] ?? entry['error']),
    ...Object.entries(entry).filter(([name]) => !UNTOLD.has(name)).map(([name, value]) => `${name}=${brief(value)}`),
  ];
  return { level: LEVELS[String(entry['level'])] ?? 'info', text: parts.filter((part) => part !== '').join(' ') };
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function describeError(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  const { message, code } = error as { message?: unknown; code?: unknown };
  return [code, message].filter((part) => typeof part === 'string').join(': ');
}

function brief(value: unknown): string {
  const text = typeof value === 'string' && /^\S*$/.test(value) ? value : (JSON.stringify(value) as string | undefined) ?? '';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
