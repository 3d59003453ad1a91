import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

export interface ReadinessRow {
  readonly is_standby: boolean;
  readonly is_read_only: boolean;
}

/** Selects whether the server accepts changes. Fails if the events cannot be read. */
export function selectReadiness({ events }: Tables): Statement {
  return {
    text: `SELECT pg_is_in_recovery() AS is_standby,
        current_setting('transaction_read_only')::boolean AS is_read_only,
        EXISTS (SELECT FROM ${events}) AS has_events`,
  };
}
