import { styleText } from 'node:util';
import { readLogLine, type LogLine } from './log-line.ts';

/** Where lines go, and whether it is a terminal. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface ConsoleOptions {
  readonly screen: Screen;
  /** Lines of the services as they wrote them, for a machine to read. */
  readonly json: boolean;
  /** The lowest level shown. */
  readonly level?: string;
  readonly color?: boolean;
}

const RANK = { debug: 10, info: 20, warn: 30, error: 40, silent: 50 } as const;
const COLORS = { livekit: 'blue', inference: 'magenta', 'token-service': 'cyan', agent: 'green', front: 'yellow', eloquence: 'white' } as const;
const WIDTH = Math.max(...Object.keys(COLORS).map((name) => name.length));
/** Tells every connection of every participant at `info`: its file has them. */
const TALKATIVE = new Set(['livekit']);

export type Speaker = keyof typeof COLORS;

/** The terminal's view of the stack: `time  service  message`, a line each. */
export class Console {
  readonly #options: ConsoleOptions;
  readonly #least: number;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#least = RANK[isLevel(options.level) ? options.level : 'info'];
  }

  /** A line that a service wrote. */
  line(service: Speaker, line: string): void {
    if (this.#options.json) return void this.#options.screen.write(`${line}\n`);
    const { level, text } = readLogLine(line);
    const least = TALKATIVE.has(service) ? Math.max(this.#least, RANK.warn) : this.#least;
    if (RANK[level] >= least) this.#print(service, level, text);
  }

  /** A line of `eloquence up` itself. */
  say(text: string, level: LogLine['level'] = 'info'): void {
    if (this.#options.json) this.#options.screen.write(`${JSON.stringify({ level, time: new Date().toISOString(), service: 'eloquence', msg: text })}\n`);
    else this.#print('eloquence', level, text);
  }

  /** Several lines for a person; `short` says the same to a machine. */
  block(text: string, short: string): void {
    if (this.#options.json) this.say(short);
    else this.#options.screen.write(text);
  }

  #print(service: Speaker, level: LogLine['level'], text: string): void {
    const time = new Date().toTimeString().slice(0, 8);
    const paint = (format: Parameters<typeof styleText>[0], part: string): string => (this.#options.color === true ? styleText(format, part, { validateStream: false }) : part);
    const told = level === 'error' ? paint('red', text) : level === 'warn' ? paint('yellow', text) : text;
    const mark = level === 'error' ? '✗ ' : level === 'warn' ? '! ' : '';
    this.#options.screen.write(`${paint('dim', time)} ${paint(COLORS[service], service.padEnd(WIDTH))} ${mark}${told}\n`);
  }
}

const isLevel = (name = ''): name is keyof typeof RANK => name in RANK;
