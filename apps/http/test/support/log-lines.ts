import { createLog, type Log, type LogLevel } from '../../src/telemetry/log.ts';

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly time: number;
  readonly msg: string;
  readonly [member: string]: unknown;
}

/** Parses the log of a server. Throws if it has anything else. */
export function logLinesOf(stdout: string): readonly LogLine[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch (cause) {
    throw new Error(`no line of the log: ${line.slice(0, 200)}`, { cause });
  }
}

/** A log whose lines a test can read. */
export interface RecordedLog {
  readonly log: Log;
  readonly lines: LogLine[];
}

export function recordLog(level: LogLevel): RecordedLog {
  const lines: LogLine[] = [];
  const output = {
    write: (line: string): void => {
      lines.push(parseLine(line));
    },
    flush: () => {},
    end: async () => {},
  };
  return { log: createLog({ level, output, isTerminal: false }), lines };
}
