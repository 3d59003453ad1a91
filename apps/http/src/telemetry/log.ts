import { isEventTrackerError } from '@event-tracker/core';
import { type Logger, pino } from 'pino';
import type { LineOutput } from './line-output.ts';
import { formatForTerminal } from './terminal-format.ts';

/** Levels that can be set, the most verbose first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** The log of the server. A call never throws and never blocks. */
export interface Log extends Pick<Logger, Exclude<LogLevel, 'silent'> | 'isLevelEnabled'> {
  /** Writes a line that is JSON already. */
  writeLine(line: string): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly output: LineOutput;
  /** True if the output is a terminal: lines are then text instead of JSON, and written immediately. */
  readonly isTerminal: boolean;
}

/** Creates a log that writes a line of JSON per call: level, time (milliseconds since 1970), the given members and `msg`. */
export function createLog({ level, output, isTerminal }: LogOptions): Log {
  const writeToTerminal = (line: string): void => {
    output.write(formatForTerminal(line));
    output.flush();
  };
  const writeLine = isTerminal ? writeToTerminal : output.write;
  const options = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  return Object.assign(pino(options, { write: writeLine }), { writeLine });
}

/** Describes an error for the log: an expected error by its message, a defect also by its stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error) || isEventTrackerError(error)) return String(error);
  return error.stack ?? String(error);
}
