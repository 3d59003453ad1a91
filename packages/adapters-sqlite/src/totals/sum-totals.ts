import type { Database } from '../database/database.ts';
import type { HourRange } from './hour.ts';

/** Returns the number of events of a type in whole hours. */
export function sumTotals(database: Database, type: string, { from, behind }: HourRange): number {
  const [sum] = database.statement(SUM).get(type, from, behind) as unknown as [bigint];
  return Number(sum);
}

const SUM = 'SELECT coalesce(sum(events), 0) FROM hourly_totals WHERE event_type = ? AND hour >= ? AND hour < ?';
