import type { EventTrackerError } from '@event-tracker/core';
import {
  createBatchTooLargeError,
  createEventTrackerError,
  createInvalidEventError,
  createInvalidQueryError,
  createOverloadedError,
  createPayloadTooLargeError,
  type EventTrackerErrorCode,
} from '@event-tracker/core/schemas';
import { createEventIdConflictError, createTooManyCellsError } from '@event-tracker/core/store';
import { describe, expect, test } from 'vitest';
import { createProblemDocument, toProblem } from './problem.ts';
import { PROBLEMS } from './problem-kinds.ts';
import { parseProblem, type ReceivedProblem, toError } from './read-problem.ts';
import { createRequestError, isRequestError } from './request-error.ts';

const IDS = ['01941f29-7c00-7d0e-9f3b-5a2c81e6b704', '0d7e6f0a-5c1b-4d3e-9a8f-2b4c6d8e0f1a'];
const problems = [{ index: 1, pointer: '/timestamp', code: 'invalid_timestamp', detail: 'expected RFC 3339' }];
const invalid = { problems, problemCount: 1, invalidEventCount: 1, eventCount: 2 };

/** One error for each code, as core throws it. */
const EACH: Record<EventTrackerErrorCode, EventTrackerError> = {
  invalid_event: createInvalidEventError(invalid),
  outside_retention: createEventTrackerError('outside_retention', 'too old', invalid),
  schema_violation: createEventTrackerError('schema_violation', 'expected a number', {
    ...invalid,
    problems: problems.map((problem) => ({ ...problem, keyword: 'type', schema: 'login.json' })),
  }),
  payload_too_large: createPayloadTooLargeError({ index: 1, bytes: 9, maxBytes: 8 }),
  batch_too_large: createBatchTooLargeError({ events: 2, maxEvents: 1 }),
  invalid_query: createInvalidQueryError([{ parameter: 'limit', code: 'invalid_limit', detail: 'expected a number' }]),
  invalid_cursor: createEventTrackerError('invalid_cursor', 'the cursor is damaged', {}),
  too_many_cells: createTooManyCellsError('the rows', 10),
  filter_required: createEventTrackerError('filter_required', 'expected a filter', {}),
  invalid_id: createEventTrackerError('invalid_id', 'expected a UUID', {}),
  event_id_conflict: createEventIdConflictError([IDS[1] ?? ''], [{ index: 1, id: IDS[1] ?? '' }]),
  store_unavailable: createEventTrackerError('store_unavailable', PROBLEMS.store_unavailable.cause, {}),
  store_full: createEventTrackerError('store_full', PROBLEMS.store_full.cause, {}),
  store_timeout: createEventTrackerError('store_timeout', PROBLEMS.store_timeout.cause, {}),
  overloaded: createOverloadedError('later', { retryAfterMs: 3_000 }),
};

function received(error: unknown): ReceivedProblem {
  const document = createProblemDocument(
    toProblem(error, (index) => ({ index })),
    'request-1',
    '',
  );
  const problem = parseProblem(JSON.parse(JSON.stringify(document)));
  if (!problem) throw new Error('not parsed');
  return problem;
}

describe('toError', () => {
  test.each(Object.values(EACH))('returns $code with the members that it was sent with', (error) => {
    const problem = received(error);
    const returned = toError(problem, { ids: IDS, retryAfterMs: 3_000 });
    expect({ ...returned, message: returned.message }).toEqual({ ...error, message: error.message });
    expect(returned.name).toBe(error.name);
    expect(returned.cause).toEqual({ problem, retryAfterMs: 3_000 });
    expect(problem.request_id).toBe('request-1');
  });

  test('returns errors of the HTTP layer', () => {
    const error = toError(received(createRequestError('rate_limited', 'wait')));
    expect(isRequestError(error)).toBe(true);
    expect([error.code, error.message]).toEqual(['rate_limited', 'wait']);
  });

  test('counts problems that the document does not list', () => {
    const many = { problems, problemCount: 30, invalidEventCount: 30, eventCount: 30 };
    const error = toError(received(createEventTrackerError('outside_retention', 'too old', many)), {
      ids: Array<string>(30).fill(''),
    });
    expect(error).toMatchObject(many);
  });
});

describe('parseProblem', () => {
  test('ignores members of a later version', () => {
    expect(parseProblem({ code: 'draining', detail: 'later', instance: '/x' })).toEqual({
      code: 'draining',
      detail: 'later',
    });
  });

  test.each([undefined, null, [], 'draining', {}, { code: 'new', detail: '' }, { code: 'toString', detail: '' }])(
    'returns undefined for %j',
    (value) => {
      expect(parseProblem(value)).toBeUndefined();
    },
  );
});
