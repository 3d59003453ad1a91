import { rangeOfPrefix } from './code-point-range.ts';
import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/**
 * Selects up to `limit` stored types with one of the prefixes. Uses one index lookup per type (a skip scan), so the cost
 * depends on the number of types, not of events.
 */
export function selectTypes({ events }: Tables, prefixes: readonly string[], limit: number): Statement {
  const ranges = prefixes.map(rangeOfPrefix);
  return {
    text: `
      SELECT DISTINCT found.event_type
      FROM unnest($1::text[], $2::text[]) AS range (first, behind)
      CROSS JOIN LATERAL (
        WITH RECURSIVE types (event_type) AS (
          (
            SELECT event_type FROM ${events}
            WHERE event_type >= range.first AND event_type < range.behind
            ORDER BY event_type LIMIT 1
          )
          UNION ALL
          SELECT (
            SELECT event_type FROM ${events}
            WHERE event_type > types.event_type AND event_type < range.behind
            ORDER BY event_type LIMIT 1
          )
          FROM types WHERE types.event_type IS NOT NULL
        )
        SELECT event_type FROM types WHERE event_type IS NOT NULL LIMIT $3
      ) AS found
      LIMIT $3`,
    values: [ranges.map(({ first }) => first), ranges.map(({ end }) => end), limit],
  };
}
