import type { EventPosition } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import type { Bound } from './bind.ts';
import { idOf } from './event-ids.ts';
import { type Selection, selectPositionAhead } from './select-events.ts';

/** Returns the position of the event after the first `steps` events of a range; undefined if there is none. Reads only the index. */
export function positionAhead(
  database: Database,
  selection: Selection,
  bound: Bound,
  steps: number,
): EventPosition | undefined {
  const row = database.statement(selectPositionAhead(selection)).get({ ...bound, steps });
  if (row === undefined) return undefined;
  const [digits, epochNanoseconds] = row as unknown as [string, bigint];
  return { epochNanoseconds, id: idOf(digits) };
}
