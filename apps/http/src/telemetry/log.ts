import { isEventTrackerError } from '@event-tracker/core';
import { type Logger, pino } from 'pino';
import type { LineOutput } from './line-output.ts';
import { formatForTerminal } from './terminal-format.ts';

/** What may be set, the most talkative first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Tells what the server does and what is wrong with it. A call never throws and never waits. */
export interface Log extends Pick<Logger, Exclude<LogLevel, 'silent'> | 'isLevelEnabled'> {
  /** Writes a line that is JSON already. */
  writeLine(line: string): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly output: LineOutput;
  /** Whether a person reads along: then a line is text instead of JSON, and there at once. */
  readonly isTerminal: boolean;
}

/** A log of one line of JSON for each call: level, time (milliseconds since 1970), the members given, and `msg`. */
export function createLog({ level, output, isTerminal }: LogOptions): Log {
  const writeToTerminal = (line: string): void => {
    output.write(formatForTerminal(line));
    output.flush();
  };
  const writeLine = isTerminal ? writeToTerminal : output.write;
  const options = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  return Object.assign(pino(options, { write: writeLine }), { writeLine });
}

/** What the log says of an error: of one thrown on purpose what it is, of a defect also where. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error) || isEventTrackerError(error)) return String(error);
  return error.stack ?? String(error);
}
