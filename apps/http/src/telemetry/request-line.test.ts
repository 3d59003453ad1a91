import { METHODS } from 'node:http';
import { PROBLEMS, type ProblemCode } from '@event-tracker/http-contract';
import { expect, test } from 'vitest';
import { formatRequestLine, type RequestLine } from './request-line.ts';

const LEAST = { level: 'info', requestId: undefined, method: undefined, route: 'unmatched', status: 400 } as const;

function read(line: RequestLine): unknown {
  const text = formatRequestLine(line);
  expect(text).toMatch(/^[^\n]+\n$/);
  return JSON.parse(text);
}

test('has only the known members', () => {
  const time = expect.any(Number);
  expect(read({ ...LEAST, problem: undefined })).toEqual({
    level: 'info',
    time,
    route: 'unmatched',
    status: 400,
    msg: 'request',
  });
  expect(
    read({
      level: 'warn',
      requestId: 'a-1',
      method: 'POST',
      route: '/events',
      status: 200,
      durationMs: 1.234_567,
      requestBytes: 1,
      responseBytes: 2,
      problem: 'internal',
      reason: 'a "b"\n',
      eventsSubmitted: 0,
      eventsStored: 4,
      eventsReturned: 5,
      isAborted: true,
      traceId: '0af7651916cd43dd8448eb211c80319c',
    }),
  ).toEqual({
    level: 'warn',
    time,
    request_id: 'a-1',
    method: 'POST',
    route: '/events',
    status: 200,
    duration_ms: 1.235,
    request_bytes: 1,
    response_bytes: 2,
    problem: 'internal',
    reason: 'a "b"\n',
    events_submitted: 0,
    events_stored: 4,
    events_returned: 5,
    aborted: true,
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    msg: 'request',
  });
});

test('is JSON for every method and problem', () => {
  for (const method of METHODS) expect(read({ ...LEAST, method, problem: undefined })).toMatchObject({ method });
  for (const problem of Object.keys(PROBLEMS) as ProblemCode[])
    expect(read({ ...LEAST, problem })).toMatchObject({ problem });
});
