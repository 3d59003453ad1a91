import type { EventOrder } from '@event-tracker/core/store';
import { ID_DIGITS, idBytes } from './event-ids.ts';
import { CONTENT_COLUMNS } from './event-row.ts';

/** Determines the text of a statement. `bind` returns its parameters. */
export interface Selection {
  readonly order: EventOrder;
  /** The number of types, each read from its range of the index; `undefined` means all types. */
  readonly types: number | undefined;
  /** An SQL condition that no index covers. */
  readonly condition?: string | undefined;
  /** True if the range has no end. */
  readonly isEndless?: boolean;
}

/** Selects the first `:limit` events of a range, in order. */
export function selectEvents(selection: Selection): string {
  return selectInOrder(selection, CONTENT_COLUMNS, 'LIMIT :limit');
}

/** Selects columns of `:limit` events of a range, in any order. Without payloads, an index can suffice. */
export function selectColumns(selection: Selection, columns: string): string {
  return `${selectRanges(selection, columns)} LIMIT :limit`;
}

/** Selects columns of the events with a sequence after `:after`, up to `:until`. Does not need an index. */
export function selectFromTable(columns: string, condition: string | undefined): string {
  const conditions = ['sequence > :after', 'sequence <= :until', ...(condition === undefined ? [] : [condition])];
  return `SELECT ${columns} FROM events WHERE ${conditions.join(' AND ')}`;
}

/** Selects the first and the last sequence. */
export const SELECT_SEQUENCES = 'SELECT (SELECT min(sequence) FROM events), (SELECT max(sequence) FROM events)';

/**
 * Selects the position of the event after the first `:steps` events after a position. Reads only the index. Comparing each event
 * with the end of a range would take as long again.
 */
export function selectPositionAhead(selection: Selection): string {
  return selectInOrder({ ...selection, isEndless: true }, 'epoch_nanoseconds', 'LIMIT 1 OFFSET :steps');
}

/** Counts the first `:limit` events of a range. Reads only the index. */
export function selectCount(selection: Selection): string {
  return `SELECT count(*) FROM (${selectRanges(selection, '1')} ${orderBy(selection)} LIMIT :limit)`;
}

/** Selects the number of sequences from the first event to the last one. */
export const COUNT_SEQUENCES =
  'SELECT coalesce((SELECT max(sequence) FROM events) - (SELECT min(sequence) FROM events) + 1, 0)';

/** Selects the first type that is not less than a text, by code point. */
export const SELECT_TYPE_FROM = 'SELECT event_type FROM events WHERE event_type >= ? ORDER BY event_type LIMIT 1';
/** Selects the first type after another. */
export const SELECT_TYPE_AFTER = 'SELECT event_type FROM events WHERE event_type > ? ORDER BY event_type LIMIT 1';

/** Selects the digits of the ids and other columns. */
function selectInOrder(selection: Selection, columns: string, limit: string): string {
  const end = `${orderBy(selection)} ${limit}`;
  const { types = 1 } = selection;
  if (types === 1) return `${selectRanges(selection, `${ID_DIGITS}, ${columns}`)} ${end}`;
  // A compound SELECT can be sorted only by its columns, and a column of bytes costs more than a subquery, which costs 0.26 µs
  // per event. SQLite keeps the order of a subquery that has a limit.
  return `SELECT ${ID_DIGITS}, ${columns} FROM (${selectRanges(selection, `id, ${columns}`)} ${end})`;
}

/** Selects one index range, or one for each type. SQLite merges the ranges lazily, without a sort. */
function selectRanges({ order, types, condition, isEndless = false }: Selection, columns: string): string {
  const [after, until] = order === 'asc' ? ['>', '<='] : ['<', '>='];
  const selectRange = (ofType: string): string => `
    SELECT ${columns} FROM events
    WHERE ${ofType}
      (epoch_nanoseconds, id) ${after} (:afterTime, ${idBytes(':afterId')})
      ${isEndless ? '' : `AND (epoch_nanoseconds, id) ${until} (:untilTime, ${idBytes(':untilId')})`}
      ${condition === undefined ? '' : `AND ${condition}`}`;
  if (types === undefined) return selectRange('');
  return Array.from({ length: types }, (_, n) => selectRange(`event_type = :type${n} AND`)).join(' UNION ALL ');
}

function orderBy({ order }: Selection): string {
  return order === 'asc' ? 'ORDER BY epoch_nanoseconds, id' : 'ORDER BY epoch_nanoseconds DESC, id DESC';
}
