import { describe, expect, test } from 'vitest';
import { toNewEvent } from './to-new-event.ts';

describe('toNewEvent', () => {
  test('maps the fields of a line', () => {
    const line = { level: 30, time: 1735732800123, pid: 1, hostname: 'a', user: { id: 7 }, msg: 'logged in' };
    expect(toNewEvent(line, 'log')).toEqual({
      event_type: 'log',
      timestamp: '2025-01-01T12:00:00.123Z',
      payload: { level: 30, pid: 1, hostname: 'a', user: { id: 7 }, msg: 'logged in' },
    });
  });

  test('reads type, id and time from fields', () => {
    const id = '01941f29-7c00-7d0e-9f3b-5a2c81e6b704';
    const time = '2025-01-01T12:00:00.000000001Z';
    const line = { event_type: 'login', event_id: id, time, msg: 'x' };
    expect(toNewEvent(line, 'log')).toEqual({ id, event_type: 'login', timestamp: time, payload: { msg: 'x' } });
  });

  test('uses the current time for a line without one', () => {
    const before = Date.now();
    const { timestamp } = toNewEvent({ msg: 'x' }, 'log');
    expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
  });

  test.each([null, 5, 'text', []])('rejects %j', (line) => {
    expect(() => toNewEvent(line, 'log')).toThrow('expected an object');
  });
});
