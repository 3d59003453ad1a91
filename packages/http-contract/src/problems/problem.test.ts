import {
  createInvalidEventError,
  createInvalidQueryError,
  createPayloadTooLargeError,
} from '@event-tracker/core/schemas';
import {
  createEventIdConflictError,
  createStoreFullError,
  createStoreTimeoutError,
  createStoreUnavailableError,
} from '@event-tracker/core/store';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { createProblemDocument, type PlaceOf, toProblem } from './problem.ts';
import { ProblemDocumentSchema } from './problem-document.ts';
import { PROBLEMS } from './problem-kinds.ts';
import { createRequestError, isRequestError } from './request-error.ts';

const ID = '01941f29-7c00-7d0e-9f3b-5a2c81e6b704';
const inNdjson: PlaceOf = (index) => ({ index, line: index + 1 });

function documentOf(error: unknown, placeOf?: PlaceOf) {
  const document = createProblemDocument(toProblem(error, placeOf), 'request-1', '/tracker');
  expect(v.parse(ProblemDocumentSchema, document)).toEqual(document);
  return document;
}

function invalidEvents(problemCount: number, pointer: string) {
  const problems = Array.from({ length: Math.min(problemCount, 20) }, (_, index) => ({
    index,
    pointer,
    code: 'invalid_timestamp',
    detail: 'expected RFC 3339',
  }));
  return createInvalidEventError({ problems, problemCount, invalidEventCount: problemCount, eventCount: problemCount });
}

describe('a problem document', () => {
  test('has type, title, status, code, detail and request id', () => {
    expect(documentOf(createRequestError('draining', 'this server is about to stop'))).toEqual({
      type: '/tracker/problems/draining',
      title: PROBLEMS.draining.title,
      status: 503,
      code: 'draining',
      detail: 'this server is about to stop',
      request_id: 'request-1',
    });
  });

  test.each([
    createStoreFullError('/data/events.sqlite: the disk is full'),
    createStoreTimeoutError('db.example:5432 did not respond'),
    createStoreUnavailableError('no route to app@db.example:5432'),
  ])('has nothing of the message of a store: $message', (error) => {
    expect(documentOf(error)).toMatchObject({ code: error.code, status: 503, detail: PROBLEMS[error.code].cause });
  });

  test.each<[string, unknown, object]>([
    ['an event of a batch', invalidEvents(1, '/timestamp'), { index: 0, line: 1, pointer: '/timestamp' }],
    [
      'a payload',
      createPayloadTooLargeError({ index: 2, bytes: 9, maxBytes: 8 }),
      { index: 2, line: 3, pointer: '/payload' },
    ],
    [
      'an event that was rejected unparsed',
      createPayloadTooLargeError({ index: 2, pointer: '', bytes: 9, maxBytes: 8 }, 'too long'),
      { index: 2, line: 3, pointer: '', detail: 'too long' },
    ],
    ['an id', createEventIdConflictError([ID], [{ index: 1, id: ID }]), { index: 1, line: 2, pointer: '/id' }],
    [
      'a query parameter',
      createInvalidQueryError([{ parameter: 'limit', code: 'invalid_limit', detail: 'expected a number' }]),
      { parameter: 'limit', code: 'invalid_limit' },
    ],
    [
      'a place found by the HTTP layer',
      createRequestError('malformed_json', 'not JSON', {
        errors: [{ line: 7, pointer: '', code: 'malformed_json', detail: 'not JSON' }],
      }),
      { line: 7, pointer: '' },
    ],
  ])('names %s', (_, error, place) => {
    expect(documentOf(error, inNdjson).errors).toEqual([expect.objectContaining(place)]);
  });

  test('counts all problems and lists the first 20', () => {
    const { error_count, errors } = documentOf(invalidEvents(25, '/id'));
    expect([error_count, errors?.length]).toEqual([25, 20]);
  });

  test('lists fewer problems if they are long', () => {
    const { error_count, errors } = documentOf(invalidEvents(20, `/${'x'.repeat(400)}`));
    expect(error_count).toBe(20);
    expect(errors?.length).toBeLessThan(20);
    expect(errors?.[0]).toMatchObject({ pointer: `/${'x'.repeat(299)}…` });
  });

  test('reports that an empty batch is invalid, without a list', () => {
    const { detail, errors, error_count } = documentOf(
      createInvalidEventError({ problems: [], problemCount: 0, invalidEventCount: 0, eventCount: 0 }),
    );
    expect([detail, errors, error_count]).toEqual(['expected at least one event', undefined, undefined]);
  });

  test('hides the message of a defect', () => {
    const { code, detail } = documentOf(new TypeError('secret'));
    expect(code).toBe('internal');
    expect(detail).not.toContain('secret');
  });
});

describe('isRequestError', () => {
  test('recognizes errors by their code, also those of another copy of this package', () => {
    expect(isRequestError(createRequestError('rate_limited', 'later'))).toBe(true);
    expect(isRequestError(Object.assign(new Error('later'), { code: 'rate_limited' }))).toBe(true);
  });

  test.each<[string, unknown]>([
    ['an error of the domain', createStoreFullError('full')],
    ['an error of Node', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['an error whose code is a member of every object', Object.assign(new Error('no'), { code: 'toString' })],
    ['an object that is not an error', { code: 'rate_limited' }],
  ])('rejects %s', (_, value) => {
    expect(isRequestError(value)).toBe(false);
  });
});
