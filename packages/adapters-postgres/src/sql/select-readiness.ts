import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

export interface ReadinessRow {
  readonly is_standby: boolean;
}

/** Tells whether the server takes writes, and fails where the events cannot be read. */
export function selectReadiness({ events }: Tables): Statement {
  return { text: `SELECT pg_is_in_recovery() AS is_standby, EXISTS (SELECT FROM ${events}) AS has_events` };
}
