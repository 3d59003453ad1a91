import { isEventIdConflictError } from '../errors.ts';
import type { Event, EventId } from '../event/event.ts';
import { isQuarantined } from '../schema/quarantine-record.ts';
import { appendBatch } from '../store/append-batch.ts';
import type { AppendResult, EventStorePort } from '../store/event-store-port.ts';

/** Greatest number of attempts. A second one suffices unless a record is deleted and stored again in between. */
const MAX_ATTEMPTS = 3;

/**
 * Appends a batch with quarantine records. What was sent determines the id of a record, but a record also has the time of
 * receipt and the problems of that time. A record that is already stored therefore replaces the new one in the batch, so that
 * a repeated submission is a duplicate and not a conflict.
 *
 * @throws the errors of `appendBatch`
 */
export async function appendWithRecords(
  store: EventStorePort,
  events: readonly Event[],
): Promise<readonly AppendResult[]> {
  let batch = events;
  for (let attempt = 1; ; attempt++) {
    try {
      return await appendBatch(store, batch);
    } catch (error) {
      if (!isEventIdConflictError(error) || attempt === MAX_ATTEMPTS) throw error;
      const stored = await getRecords(store, batch, new Set(error.ids));
      if (stored.size === 0) throw error;
      batch = batch.map((event) => stored.get(event.id) ?? event);
    }
  }
}

/** Returns the stored records with some ids. */
async function getRecords(
  store: EventStorePort,
  batch: readonly Event[],
  ids: ReadonlySet<EventId>,
): Promise<ReadonlyMap<EventId, Event>> {
  const records = new Map<EventId, Event>();
  for (const { id } of batch.filter((event) => isQuarantined(event) && ids.has(event.id))) {
    const record = await store.get(id);
    if (record && isQuarantined(record)) records.set(id, record);
  }
  return records;
}
