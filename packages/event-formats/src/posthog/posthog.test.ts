import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { withRandom } from '../../test/random.ts';
import { readPostHogEvent, readPostHogKey } from '../index.ts';

const UUID = '0d7e6f0a-5c1b-4d3e-9a8f-2b4c6d8e0f1a';
const EVENT = {
  event: 'order',
  uuid: UUID,
  timestamp: '2025-01-01T12:00:00.000Z',
  distinct_id: 'u',
  properties: { a: 1 },
};
const read = (event: unknown) => readPostHogEvent(event, { deriveId });
const eventOf = (event: unknown) => {
  const item = read(event);
  if ('event' in item) return item.event;
  throw new Error(JSON.stringify(item.problem));
};

describe('readPostHogEvent', () => {
  test('keeps everything but what the event itself has, what differs in a retry, and the key', () => {
    const sent = { ...EVENT, properties: { a: 1, token: 'k' }, api_key: 'k', token: 'k', sent_at: '1' };
    expect(eventOf(sent)).toEqual({
      id: UUID,
      event_type: 'order',
      timestamp: EVENT.timestamp,
      payload: { distinct_id: 'u', properties: { a: 1 } },
    });
  });

  test('keeps a uuid that is not the id of the event', () => {
    expect(eventOf({ ...EVENT, uuid: 'a' }).payload).toMatchObject({ uuid: 'a' });
    expect(eventOf({ ...EVENT, uuid: UUID.toUpperCase() })).toMatchObject({
      id: UUID,
      payload: { uuid: UUID.toUpperCase() },
    });
    expect(eventOf({ ...EVENT, uuid: undefined })).not.toHaveProperty('id');
  });

  test.each<[string, unknown, string]>([
    ['a list', [], ''],
    ['no event', { ...EVENT, event: undefined }, '/event'],
    ['no timestamp', { ...EVENT, timestamp: undefined }, '/timestamp'],
    ['a uuid that is a number', { ...EVENT, uuid: 1 }, '/uuid'],
  ])('refuses %s', (_, event, pointer) => {
    expect(read(event)).toMatchObject({ problem: { pointer } });
  });

  test('keeps every other member of random events', () => {
    withRandom((random) => {
      for (let i = 0; i < 500; i++) {
        const names = Array.from({ length: random.below(6) }, () => `m${random.below(9)}`);
        const members = Object.fromEntries(names.map((name) => [name, random.pick([null, 1, 'a', {}, [1]])]));
        expect(eventOf({ ...EVENT, ...members, properties: members }).payload).toEqual({
          distinct_id: 'u',
          ...members,
          properties: members,
        });
      }
    });
  });
});

describe('readPostHogKey', () => {
  test.each<[object, string | undefined]>([
    [{ api_key: 'k', batch: [] }, 'k'],
    [{ token: 'k' }, 'k'],
    [{ properties: { token: 'k' } }, 'k'],
    [{ api_key: '', properties: 1 }, undefined],
    [{ api_key: 1 }, undefined],
  ])('reads %j', (body, key) => {
    expect(readPostHogKey(body as Record<string, unknown>)).toBe(key);
  });
});
