import type { Event } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { toEvent, toQueuedEvent } from '../queue/queued-event.ts';
import { isEvent, parseJson } from './parse-json.ts';

/** An event with a name that JSON.parse of some engines confuses with a name of the object that was parsed before. */
const EVENT: Event = {
  id: '01941f29-7c00-7d0e-9f3b-5a2c81e6b704',
  event_type: 'a',
  timestamp: '2025-01-01T12:00:00Z',
  payload: { first: 0, '\n': 1 },
};
const REMEMBERED: unknown = JSON.parse('{"first":0,"\\\\":0}');

test('an event that is received keeps escaped names', () => {
  expect(Object.keys(parseJson(JSON.stringify(EVENT), isEvent).payload)).toEqual(['first', '\n']);
  expect(REMEMBERED).toBeDefined();
});

test('an event that waits in the queue keeps escaped names', () => {
  expect(Object.keys(toEvent(toQueuedEvent(EVENT)).payload)).toEqual(['first', '\n']);
});
