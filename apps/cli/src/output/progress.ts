import { formatDuration } from './duration.ts';

/** Shows the progress of long work, in one line of standard error if that is a terminal. */
export interface Progress {
  /** @param events number of events since the last call */
  add(events: number): void;
  /** Clears the line. */
  end(): void;
}

export interface ProgressOptions {
  /** Default: true. It is never shown if standard error is not a terminal. */
  readonly isShown?: boolean;
  /** Returns the done part of the work, from 0 to 1. Default: not known, so no time left is shown. */
  readonly doneShare?: () => number | undefined;
}

const SHOW_EVERY_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** @param verb what happens to the events, such as `imported` */
export function createProgress(verb: string, { isShown = true, doneShare }: ProgressOptions = {}): Progress {
  const { stderr } = process;
  if (!stderr.isTTY || !isShown) return { add: () => {}, end: () => {} };
  const start = performance.now();
  let events = 0;
  let shownAt = start;
  return {
    add: (count) => {
      events += count;
      const now = performance.now();
      if (now < shownAt + SHOW_EVERY_MS) return;
      shownAt = now;
      stderr.write(CLEAR_LINE + describeProgress(verb, events, (now - start) / 1_000, doneShare?.()));
    },
    end: () => stderr.write(CLEAR_LINE),
  };
}

/** Returns the line: the number of events, their rate, and the time left if the done part is known. */
export function describeProgress(verb: string, events: number, seconds: number, doneShare?: number): string {
  const rate = Math.round(events / Math.max(seconds, 0.001));
  const line = `${events.toLocaleString('en-US')} ${verb}, ${rate.toLocaleString('en-US')}/s`;
  if (doneShare === undefined || doneShare <= 0) return line;
  const left = (seconds / doneShare) * (1 - doneShare);
  return `${line}, ${Math.floor(doneShare * 100)} %, ${formatDuration(left)} left`;
}
