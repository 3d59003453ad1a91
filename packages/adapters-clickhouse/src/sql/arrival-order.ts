import type { Sequence } from '@event-tracker/core/store';
import { EVENT_COLUMNS } from './event-row.ts';
import { text } from './literal.ts';
import { idsSql } from './select-events.ts';
import type { Tables } from './tables.ts';

/*
 * The order of arrival is that of the time of the insert, which is the negative of `precedence`, and of the id. A sequence is
 * both in one number: the nanoseconds since 1970 above the 128 bits of the id.
 */
const ID_BITS = 128n;
const ALL_ID_BITS = (1n << ID_BITS) - 1n;

/** A place in the order of arrival. */
interface ArrivalPlace {
  readonly insertedAt: bigint;
  readonly id: string;
}

export function sequenceOf({
  precedence,
  id_text,
}: {
  readonly precedence: string;
  readonly id_text: string;
}): Sequence {
  return (-BigInt(precedence) << ID_BITS) | BigInt(`0x${id_text.replaceAll('-', '')}`);
}

/** The last place of all inserts up to a time. */
export function endOf(insertedAt: bigint): Sequence {
  return (insertedAt << ID_BITS) | ALL_ID_BITS;
}

export function placeOf(sequence: Sequence): ArrivalPlace {
  const digits = (sequence & ALL_ID_BITS).toString(16).padStart(32, '0');
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { insertedAt: sequence >> ID_BITS, id };
}

/** What the clock of the server says, in nanoseconds since 1970. */
export const SELECT_NOW = 'SELECT toUnixTimestamp64Nano(now64(9)) AS now';

/** Reads the next rows in the order of arrival, of inserts up to a time. */
export function selectArrivals({ events }: Tables, after: Sequence, until: bigint, limit: number): string {
  const { insertedAt, id } = placeOf(after);
  const last = nanoseconds(-insertedAt);
  return `
    SELECT ${EVENT_COLUMNS} FROM ${events}
    WHERE precedence >= ${nanoseconds(-until)} AND precedence <= ${last}
      AND (precedence < ${last} OR id > UUIDStringToNum(${text(id)}))
    ORDER BY precedence DESC, id LIMIT ${limit}`;
}

/** The precedence of the row that stands for its event: of each time and id that some ids have. */
export function selectStanding(tables: Tables, ids: readonly string[]): string {
  return `
    SELECT UUIDNumToString(id) AS id_text, epoch_nanoseconds, max(precedence) AS standing FROM ${tables.events}
    WHERE (epoch_nanoseconds, id) IN (
      SELECT epoch_nanoseconds, id FROM ${tables.localEventIds} WHERE id IN (${idsSql(ids)})
    )
    GROUP BY id, epoch_nanoseconds`;
}

function nanoseconds(value: bigint): string {
  return `toInt64(${text(String(value))})`;
}
