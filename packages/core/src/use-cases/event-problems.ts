import { createEventProblemsError, type EventProblem } from '../errors.ts';
import { SCHEMA_VIOLATION } from '../schema/schema-check.ts';

/** Code of the problem of an event that is older than its retention rule keeps. */
export const OUTSIDE_RETENTION = 'outside_retention';

/** Greatest number of problems in an error; all problems are counted. */
const MAX_LISTED_PROBLEMS = 20;

/** The problems of the events of one call. */
export interface EventProblemCollection {
  add(index: number, found: readonly Omit<EventProblem, 'index'>[]): void;
  /**
   * @param eventCount number of events in the call
   * @throws OutsideRetentionError or SchemaViolationError if all problems are of that kind, InvalidEventError if not; nothing
   * if there is no problem
   */
  throwIfAny(eventCount: number): void;
}

/** Keeps the first problems and counts all, so that the error of many invalid events stays small. */
export function collectEventProblems(): EventProblemCollection {
  const listed: EventProblem[] = [];
  let problemCount = 0;
  let invalidEventCount = 0;
  /** The code that all problems have. */
  let commonCode: string | undefined;
  return {
    add: (index, found) => {
      if (problemCount === 0) commonCode = found[0]?.code;
      if (found.some(({ code }) => code !== commonCode)) commonCode = undefined;
      problemCount += found.length;
      invalidEventCount++;
      for (const problem of found.slice(0, MAX_LISTED_PROBLEMS - listed.length)) listed.push({ index, ...problem });
    },
    throwIfAny: (eventCount) => {
      if (problemCount === 0) return;
      const code = commonCode === OUTSIDE_RETENTION || commonCode === SCHEMA_VIOLATION ? commonCode : 'invalid_event';
      throw createEventProblemsError(code, { problems: listed, problemCount, invalidEventCount, eventCount });
    },
  };
}
