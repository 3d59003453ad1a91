import type { EventTrackerErrorCode } from '@event-tracker/core/schemas';
import { EVENT_TRACKER_PROBLEMS } from './event-tracker-problems.ts';
import type { ProblemKind } from './problem-kind.ts';
import type { RequestErrorCode } from './request-error-codes.ts';
import { REQUEST_PROBLEMS } from './request-problems.ts';

export type ProblemCode = EventTrackerErrorCode | RequestErrorCode;

/** Every error code with its status. The only mapping between them. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = { ...EVENT_TRACKER_PROBLEMS, ...REQUEST_PROBLEMS };

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
