import type { EventId } from '@event-tracker/core';
import { createStoreTimeoutError } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { text } from './sql/literal.ts';
import { idsSql, selectEventIds, selectPlaces } from './sql/select-events.ts';
import type { Tables } from './sql/tables.ts';

/** Where an event is in the order. */
interface Place {
  readonly id_text: EventId;
  readonly epoch_nanoseconds: string;
}

/**
 * Removes the events of some ids: the port's `delete`. No append or other removal of this server may be under way.
 *
 * @returns how many there were
 */
export async function deleteEvents(
  database: Database,
  tables: Tables,
  ids: readonly EventId[],
  deadline: Deadline,
): Promise<number> {
  if (ids.length === 0) return 0;
  const places = await database.select<Place>(selectPlaces(tables, ids), deadline);
  if (places.length > 0) await database.change(deleteRows(tables, places), deadline);
  // Of an append that failed, or a removal that was cut short, there may be ids without events.
  else if ((await database.select(selectEventIds(tables, ids), deadline)).length === 0) return 0;
  try {
    // Last: as long as an event is there, it is found by its id.
    await database.change(deleteIds(tables, ids), deadline);
  } catch (cause) {
    if (places.length === 0) throw cause;
    // Whatever the reason: the events are gone, and any other code would say that they are not.
    throw createStoreTimeoutError('ClickHouse removed the events, but perhaps not yet their ids', { cause });
  }
  return new Set(places.map(({ id_text }) => id_text)).size;
}

/**
 * Writes down which rows are gone, in one small part of its own that counts from then on; merges leave them out. The other
 * way, which rewrites a column of every part with such a row, takes longer and shows half of what it does.
 */
const AT_ONCE = `SETTINGS lightweight_delete_mode = 'lightweight_update_force'`;

function deleteRows({ localEvents, cluster }: Tables, places: readonly Place[]): string {
  const rows = places.map(({ epoch_nanoseconds, id_text }) => `${epoch_nanoseconds}\t${id_text}`).join('\n');
  return `
    DELETE FROM ${localEvents}${cluster?.onCluster ?? ''}
    WHERE (epoch_nanoseconds, id) IN (
      SELECT epoch_nanoseconds, UUIDStringToNum(id_text)
      FROM format(TSV, 'epoch_nanoseconds Int64, id_text String', ${text(rows)})
    )
    ${AT_ONCE}`;
}

function deleteIds({ localEventIds, cluster }: Tables, ids: readonly EventId[]): string {
  return `DELETE FROM ${localEventIds}${cluster?.onCluster ?? ''} WHERE id IN (${idsSql(ids)}) ${AT_ONCE}`;
}
