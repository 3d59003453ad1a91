import { describe, expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { isInvalidIdError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import { getEvent } from './get-event.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const EVENT: Event = { id: ID, event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: {} };

describe('getEvent', () => {
  const store = createStubEventStore([EVENT]);

  test('returns an event by its id, in either case', async () => {
    expect(await getEvent({ store }, ID)).toEqual(EVENT);
    expect(await getEvent({ store }, ID.toUpperCase())).toEqual(EVENT);
  });

  test('returns undefined for an id without an event', async () => {
    expect(await getEvent({ store }, ID.replace('0', '1'))).toBeUndefined();
  });

  test.each(['', '5', `${ID}0`, '00000000-0000-0000-0000-000000000000', "' or 1=1 --"])(
    'rejects %o, which is no UUID, as such',
    async (id) => {
      await expect(getEvent({ store }, id)).rejects.toSatisfy(isInvalidIdError);
    },
  );
});
