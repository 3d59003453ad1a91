import { expect, test } from 'vitest';
import { formatForTerminal } from './terminal-format.ts';

const time = new Date(2025, 0, 1, 9, 5, 7, 250).getTime();

test.each<[string, object, string]>([
  ['what happened', { level: 'info', time, msg: 'it listens' }, '09:05:07 it listens'],
  [
    'a request in readable order',
    {
      level: 'info',
      time,
      request_id: 'a-1',
      method: 'POST',
      route: '/events',
      status: 201,
      duration_ms: 1.204,
      events_stored: 1,
      msg: 'request',
    },
    '09:05:07 POST /events 201 1.204 ms request_id=a-1 events_stored=1',
  ],
  [
    'an invalid request',
    { level: 'info', time, request_id: 'a-1', route: 'unmatched', status: 400, problem: 'bad_request', msg: 'request' },
    '09:05:07 unmatched 400 request_id=a-1 problem=bad_request',
  ],
  ['that something is wrong', { level: 'warn', time, msg: 'hm', n: 3 }, '09:05:07 WARN hm n=3'],
  [
    'a defect with its stack',
    { level: 'error', time, request_id: 'a-1', error: 'TypeError: x\n    at y', msg: 'request failed' },
    '09:05:07 ERROR request failed request_id=a-1: TypeError: x\n    at y',
  ],
  [
    'no control sequences',
    { level: 'error', time, error: 'a\u001b[2Jb\u009bc\rd', msg: 'x' },
    '09:05:07 ERROR x: a[2Jbcd',
  ],
])('a terminal shows %s', (_, line, text) => {
  expect(formatForTerminal(`${JSON.stringify(line)}\n`)).toBe(`${text}\n`);
});
