import type { Database } from '../database/database.ts';
import { hasTable } from '../database/has-table.ts';
import { totalsAfter } from './fill-totals.ts';
import { HOUR_SQL } from './hour.ts';

/** Compares the totals with the events. Reads an index of all events. Returns a description of what differs, or undefined. */
export function checkTotals(database: Database): string | undefined {
  if (!hasTable(database, 'hourly_totals')) return undefined; // a file of an older version
  const [hours] = database.statement(COUNT_DIFFERENCES).get(totalsAfter(database)) as unknown as [bigint];
  return hours === 0n ? undefined : `the totals in hourly_totals differ from the events, for ${hours} hours of a type`;
}

const COUNT_DIFFERENCES = `
  WITH counted AS (
    SELECT event_type, ${HOUR_SQL} AS hour, count(*) AS events FROM events WHERE sequence > ? GROUP BY 1, 2
  )
  SELECT count(*) FROM counted FULL JOIN hourly_totals USING (event_type, hour)
  WHERE counted.events IS NOT hourly_totals.events`;
