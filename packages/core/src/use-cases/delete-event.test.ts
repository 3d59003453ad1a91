import { expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { isInvalidIdError } from '../errors.ts';
import { deleteEvent } from './delete-event.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

test('deletes an event by its id, in either case, and returns whether it existed', async () => {
  const store = createStubEventStore([{ id: ID, event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: {} }]);
  expect(await deleteEvent({ store }, ID.toUpperCase())).toBe(true);
  expect(await deleteEvent({ store }, ID)).toBe(false);
  expect(store.stored()).toEqual([]);
});

test('rejects an id that is not a UUID, without a call of the store', async () => {
  const store = createStubEventStore();
  await expect(deleteEvent({ store }, 'all')).rejects.toSatisfy(isInvalidIdError);
  expect(store.deletions).toEqual([]);
});
