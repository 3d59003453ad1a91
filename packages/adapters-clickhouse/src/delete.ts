import type { EventId } from '@event-tracker/core';
import { createStoreTimeoutError } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { text } from './sql/literal.ts';
import { idsSql, selectEventIds, selectPositions } from './sql/select-events.ts';
import type { Tables } from './sql/tables.ts';

/** The position of an event. */
interface PositionRow {
  readonly id_text: EventId;
  readonly epoch_nanoseconds: string;
}

/**
 * Deletes events by id: the port's `delete`. Must not run concurrently with an append or another deletion of this server.
 *
 * @returns the number of events deleted
 */
export async function deleteEvents(
  database: Database,
  tables: Tables,
  ids: readonly EventId[],
  deadline: Deadline,
): Promise<number> {
  if (ids.length === 0) return 0;
  const positions = await database.select<PositionRow>(selectPositions(tables, ids), deadline);
  if (positions.length > 0) await database.change(deleteRows(tables, positions), deadline);
  // A failed append or an interrupted deletion can leave ids without events.
  else if ((await database.select(selectEventIds(tables, ids), deadline)).length === 0) return 0;
  try {
    // The ids last, so that a stored event is always found by its id.
    await database.change(deleteIds(tables, ids), deadline);
  } catch (cause) {
    if (positions.length === 0) throw cause;
    // The events are deleted, so no other code is correct.
    throw createStoreTimeoutError('ClickHouse deleted the events, but possibly not their ids; repeat the deletion', {
      cause,
    });
  }
  return new Set(positions.map(({ id_text }) => id_text)).size;
}

/**
 * Deletes by a patch part: one small part that lists the deleted rows and takes effect atomically. The default mode rewrites
 * a column of each affected part, which is slower and not atomic.
 */
const WITH_PATCH_PART = `SETTINGS lightweight_delete_mode = 'lightweight_update_force'`;

function deleteRows({ localEvents, cluster }: Tables, positions: readonly PositionRow[]): string {
  const rows = positions.map(({ epoch_nanoseconds, id_text }) => `${epoch_nanoseconds}\t${id_text}`).join('\n');
  return `
    DELETE FROM ${localEvents}${cluster?.onCluster ?? ''}
    WHERE (epoch_nanoseconds, id) IN (
      SELECT epoch_nanoseconds, UUIDStringToNum(id_text)
      FROM format(TSV, 'epoch_nanoseconds Int64, id_text String', ${text(rows)})
    )
    ${WITH_PATCH_PART}`;
}

function deleteIds({ localEventIds, cluster }: Tables, ids: readonly EventId[]): string {
  return `DELETE FROM ${localEventIds}${cluster?.onCluster ?? ''} WHERE id IN (${idsSql(ids)}) ${WITH_PATCH_PART}`;
}
