import { pino, type Logger } from 'pino';

export type { Logger };

/**
 * Fields that must never reach a log: keys, tokens, and what a learner said. Code does not log them in the first place;
 * this is the second lock on the door.
 */
const SECRET = ['apiKey', 'apiSecret', 'secret', 'token', 'authorization', 'password', 'text', 'transcript', 'words'];

/**
 * A JSON logger on stdout for one process. Levels: `error` somebody must act, `warn` degraded but going on, `info` a
 * session's or a process's milestones, `debug` for development.
 */
export function createLogger(service: string, level = process.env['LOG_LEVEL'] ?? 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      // LiveKit's framework marks what people said with this prefix.
      log: (fields) => Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('lk.pii.'))),
    },
    redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
  });
}
