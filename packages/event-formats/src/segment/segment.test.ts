import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { withRandom } from '../../test/random.ts';
import { readSegmentMessage, SEGMENT_TYPES } from '../index.ts';

const MESSAGE = {
  type: 'track',
  event: 'Order',
  messageId: 'node-1',
  timestamp: '2025-01-01T12:00:00.000Z',
  userId: null,
  properties: { total: 5 },
};
const read = (message: unknown, options: object = {}) => readSegmentMessage(message, { deriveId, ...options });
const eventOf = (message: unknown, options: object = {}) => {
  const item = read(message, options);
  if ('event' in item) return item.event;
  throw new Error(JSON.stringify(item.problem));
};

describe('readSegmentMessage', () => {
  test('keeps the whole message but what differs in a retry, and the key', () => {
    const sent = { ...MESSAGE, sentAt: '1', _metadata: {}, writeKey: 'k' };
    expect(eventOf(sent)).toEqual({
      id: deriveId('0b9e7f4c-3a56-4d0e-8f0b-5a1f7f3c9d02', 'node-1'),
      event_type: 'Order',
      timestamp: MESSAGE.timestamp,
      payload: MESSAGE,
    });
    expect(eventOf({ ...sent, sentAt: '2', _metadata: { again: true } })).toEqual(eventOf(sent));
  });

  test.each(SEGMENT_TYPES.filter((type) => type !== 'track'))('names an event of %s after its type', (type) => {
    expect(eventOf({ ...MESSAGE, type, event: undefined }).event_type).toBe(type);
  });

  test('reads originalTimestamp if there is no timestamp', () => {
    const { timestamp: originalTimestamp, ...message } = MESSAGE;
    expect(eventOf({ ...message, originalTimestamp }).timestamp).toBe(originalTimestamp);
  });

  test('has the type of the path, which a message need not repeat', () => {
    const { type: _, ...message } = MESSAGE;
    expect(eventOf(message, { type: 'track' })).toEqual(eventOf(MESSAGE));
  });

  test('adds the context of the batch to that of the message', () => {
    const context = { library: 'l', ip: '1' };
    expect(eventOf(MESSAGE, { context }).payload.context).toEqual(context);
    expect(eventOf({ ...MESSAGE, context: { ip: '2' } }, { context }).payload.context).toEqual({
      library: 'l',
      ip: '2',
    });
  });

  test('leaves a message without an id without one', () => {
    expect(eventOf({ ...MESSAGE, messageId: undefined })).not.toHaveProperty('id');
  });

  test.each<[string, unknown, string, object?]>([
    ['a text', 'x', ''],
    ['another type', { ...MESSAGE, type: 'delete' }, '/type'],
    ['a type that is not that of the path', MESSAGE, '/type', { type: 'page' }],
    ['a track without an event', { ...MESSAGE, event: undefined }, '/event'],
    ['no timestamp', { ...MESSAGE, timestamp: null }, '/timestamp'],
    ['an id that is a number', { ...MESSAGE, messageId: 1 }, '/messageId'],
  ])('refuses %s', (_, message, pointer, options) => {
    expect(read(message, options)).toMatchObject({ problem: { pointer } });
  });

  test('keeps every other member of random messages', () => {
    withRandom((random) => {
      for (let i = 0; i < 500; i++) {
        const members = Array.from({ length: random.below(6) }, () => [
          `m${random.below(9)}`,
          random.pick([null, 1, 'a', {}, [1]]),
        ]);
        const message = { ...MESSAGE, ...Object.fromEntries(members) };
        expect(eventOf(message).payload).toEqual(message);
      }
    });
  });
});
