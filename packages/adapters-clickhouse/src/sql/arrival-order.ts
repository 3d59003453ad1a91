import type { Sequence } from '@event-tracker/core/store';
import { EVENT_COLUMNS } from './event-row.ts';
import { text } from './literal.ts';
import { idsSql } from './select-events.ts';
import type { Tables } from './tables.ts';

/*
 * The arrival order is the order of the insert's time, which is the negative of `precedence`, and of the id. A sequence
 * combines both in one number: nanoseconds since 1970 in the high bits, the id in the low 128 bits.
 */
const ID_BITS = 128n;
const ALL_ID_BITS = (1n << ID_BITS) - 1n;

/** A position in the arrival order. */
interface ArrivalPosition {
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

/** Returns the last sequence of the inserts up to a time. */
export function endOf(insertedAt: bigint): Sequence {
  return (insertedAt << ID_BITS) | ALL_ID_BITS;
}

export function arrivalPositionOf(sequence: Sequence): ArrivalPosition {
  const digits = (sequence & ALL_ID_BITS).toString(16).padStart(32, '0');
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { insertedAt: sequence >> ID_BITS, id };
}

/** Selects the server's time in nanoseconds since 1970. */
export const SELECT_NOW = 'SELECT toUnixTimestamp64Nano(now64(9)) AS now';

/** Selects the next rows in arrival order, of inserts up to a time. */
export function selectArrivals({ events }: Tables, after: Sequence, until: bigint, limit: number): string {
  const { insertedAt, id } = arrivalPositionOf(after);
  const last = nanoseconds(-insertedAt);
  return `
    SELECT ${EVENT_COLUMNS} FROM ${events}
    WHERE precedence >= ${nanoseconds(-until)} AND precedence <= ${last}
      AND (precedence < ${last} OR id > UUIDStringToNum(${text(id)}))
    ORDER BY precedence DESC, id LIMIT ${limit}`;
}

/** Selects the greatest precedence of each event with one of the ids. */
export function selectFirstCopies(tables: Tables, ids: readonly string[]): string {
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
