import { describe, expect, test } from 'vitest';
import { cpuMs } from '../test/cpu-time.ts';
import { nearestName } from './nearest-name.ts';

const MEMBERS = ['id', 'event_type', 'timestamp', 'payload'];
const PARAMETERS = ['event_type', 'event_type[prefix]', 'start', 'end', 'order', 'limit', 'cursor', 'payload.PATH'];
const SETTINGS = ['API_KEYS_FILE', 'API_KEYS', 'RETENTION_DAYS', 'EVENT_STORE', 'BIND_ADDRESS'];
const PATHS = ['/events', '/event-types', '/stats', '/docs', '/livez', '/readyz'];

describe('nearestName', () => {
  test.each([
    ['type', MEMBERS, 'event_type'],
    ['eventType', MEMBERS, 'event_type'],
    ['event-type', MEMBERS, 'event_type'],
    ['EVENT_TYPE', MEMBERS, 'event_type'],
    ['evnet_type', MEMBERS, 'event_type'],
    ['time', MEMBERS, 'timestamp'],
    ['timestmap', MEMBERS, 'timestamp'],
    ['created_at', MEMBERS, 'timestamp'],
    ['data', MEMBERS, 'payload'],
    ['properties', MEMBERS, 'payload'],
    ['uuid', MEMBERS, 'id'],
    ['eventId', MEMBERS, 'id'],
  ])('knows which member of an event is meant by %s', (word, names, nearest) => {
    expect(nearestName(word, names)).toBe(nearest);
  });

  test.each([
    ['type', PARAMETERS, 'event_type'],
    ['eventType', PARAMETERS, 'event_type'],
    ['from', PARAMETERS, 'start'],
    ['since', PARAMETERS, 'start'],
    ['to', PARAMETERS, 'end'],
    ['until', PARAMETERS, 'end'],
    ['time', PARAMETERS, 'start'],
    ['data', PARAMETERS, 'payload.PATH'],
    ['payload', PARAMETERS, 'payload.PATH'],
    ['sort', PARAMETERS, 'order'],
    ['offset', PARAMETERS, 'cursor'],
    ['page', PARAMETERS, 'cursor'],
    ['page_size', PARAMETERS, 'limit'],
    ['limt', PARAMETERS, 'limit'],
    ['stat', PARAMETERS, 'start'],
    ['event_type[prefx]', PARAMETERS, 'event_type[prefix]'],
  ])('knows which query parameter is meant by %s', (word, names, nearest) => {
    expect(nearestName(word, names)).toBe(nearest);
  });

  test.each([
    ['API_KEY_FILE', SETTINGS, 'API_KEYS_FILE'],
    ['RETENTION_DAY', SETTINGS, 'RETENTION_DAYS'],
    ['EVENTSTORE', SETTINGS, 'EVENT_STORE'],
    ['BIND_ADRESS', SETTINGS, 'BIND_ADDRESS'],
    ['/events/', PATHS, '/events'],
    ['/docs/', PATHS, '/docs'],
    ['/event', PATHS, '/events'],
    ['/statistics', PATHS, undefined],
  ])('finds the setting or path nearest to %s', (word, names, nearest) => {
    expect(nearestName(word, names)).toBe(nearest);
  });

  test.each(['user_id', 'xyz', 'constructor', '__proto__', 'toString', '', 'a', '/', 'x'.repeat(65)])(
    'suggests nothing for %o',
    (word) => {
      expect(nearestName(word, MEMBERS)).toBeUndefined();
      expect(nearestName(word, PARAMETERS)).toBeUndefined();
    },
  );

  test('suggests only known names', () => {
    expect(nearestName('type', ['limit'])).toBeUndefined();
    expect(nearestName('from', [])).toBeUndefined();
  });

  test('prefers a name with the same spelling to a synonym', () => {
    expect(nearestName('Count', ['limit', 'count'])).toBe('count');
  });

  test('rejects a long word quickly', () => {
    const begin = cpuMs();
    expect(nearestName('event_type'.repeat(1_000_000), PARAMETERS)).toBeUndefined();
    expect(cpuMs() - begin).toBeLessThan(20);
  });
});
