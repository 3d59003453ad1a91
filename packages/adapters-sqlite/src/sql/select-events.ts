import type { EventOrder } from '@event-tracker/core/store';

/** Which statement it takes; values are bound by the names of `bind`. */
export interface Selection {
  readonly order: EventOrder;
  /** How many types are asked for, each through its own part of the index; undefined means all types. */
  readonly types: number | undefined;
  /** A condition on the row that no index knows of. */
  readonly test?: string | undefined;
}

/** The next events of a range, in order: `:limit` of them. */
export function selectEvents(selection: Selection): string {
  const columns = 'id, event_type, epoch_nanoseconds, payload';
  return `${selectRanges(selection, columns)} ${orderBy(selection)} LIMIT :limit`;
}

/** What it takes to count the events of a range, in any order: `:limit` of them. Without payloads an index may do. */
export function selectForCounting(selection: Selection, withPayload: boolean): string {
  return `${selectRanges(selection, `event_type, epoch_nanoseconds${withPayload ? ', payload' : ''}`)} LIMIT :limit`;
}

/** The place of the event that `:steps` others of the range come before. Only the index is read. */
export function selectPlaceAhead(selection: Selection): string {
  return `${selectRanges(selection, 'epoch_nanoseconds, id')} ${orderBy(selection)} LIMIT 1 OFFSET :steps`;
}

/** The first type at or behind a text, by code point. */
export const SELECT_TYPE_FROM = 'SELECT event_type FROM events WHERE event_type >= ? ORDER BY event_type LIMIT 1';
/** The first type behind another. */
export const SELECT_TYPE_AFTER = 'SELECT event_type FROM events WHERE event_type > ? ORDER BY event_type LIMIT 1';

/** One index range, or one for each type, which SQLite merges as it reads: never does it sort, or read further than asked. */
function selectRanges({ order, types, test }: Selection, columns: string): string {
  const [after, until] = order === 'asc' ? ['>', '<='] : ['<', '>='];
  const selectRange = (ofType: string): string => `
    SELECT ${columns} FROM events
    WHERE ${ofType}
      (epoch_nanoseconds, id) ${after} (:afterTime, :afterId)
      AND (epoch_nanoseconds, id) ${until} (:untilTime, :untilId)
      ${test === undefined ? '' : `AND ${test}`}`;
  if (types === undefined) return selectRange('');
  return Array.from({ length: types }, (_, n) => selectRange(`event_type = :type${n} AND`)).join(' UNION ALL ');
}

function orderBy({ order }: Selection): string {
  return order === 'asc' ? 'ORDER BY epoch_nanoseconds, id' : 'ORDER BY epoch_nanoseconds DESC, id DESC';
}
