import { comparePositions, type EventPosition } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { bindAfter } from './bind.ts';
import { idOf } from './event-ids.ts';
import type { EventRange } from './event-range.ts';
import { type Selection, selectPositionAhead } from './select-events.ts';

/** Returns the position of the event after the first `steps` events of a range; undefined if there is none. Reads only the index. */
export function positionAhead(
  database: Database,
  selection: Selection,
  range: EventRange,
  types: readonly string[] | undefined,
  steps: number,
): EventPosition | undefined {
  const row = database.statement(selectPositionAhead(selection)).get({ ...bindAfter(range.after, types), steps });
  if (row === undefined) return undefined;
  const [digits, epochNanoseconds] = row as unknown as [string, bigint];
  const found = { epochNanoseconds, id: idOf(digits) };
  const isBehind = comparePositions(found, range.until) * (selection.order === 'asc' ? 1 : -1) > 0;
  return isBehind ? undefined : found;
}
