import type { EventQuery, FilterQuery, StatsQuery } from '@event-tracker/core';
import { type ArrivalQuery, createInvalidQueryError, type DeleteOptions } from '@event-tracker/core/schemas';
import type { FollowQuery } from './arrival-query-string.ts';

/** The value of a parameter; a list repeats the parameter. */
type ParameterValue = string | number | boolean | readonly string[] | undefined;

/**
 * Writes a query as the query string of `GET /events`, without the question mark. The inverse of `readEventQuery`, or of
 * `readArrivalQuery` for a query in order of arrival.
 *
 * @throws InvalidQueryError naming a parameter that is not well-formed Unicode, which UTF-8 cannot encode
 */
export function buildEventQueryString(query: EventQuery | ArrivalQuery): string {
  return buildQueryString({ ...query });
}

/** Writes what to follow as the query string of `GET /events`. The inverse of `readFollowQuery`. Throws as `buildEventQueryString`. */
export function buildFollowQueryString({ filters, after }: FollowQuery): string {
  return buildQueryString({ ...filters, after });
}

/** Writes a query as the query string of `GET /stats`. The inverse of `readStatsQuery`. Throws as `buildEventQueryString`. */
export function buildStatsQueryString(query: StatsQuery): string {
  return buildQueryString({ ...query });
}

/** Writes filters as the query string of `DELETE /events`. Throws as `buildEventQueryString`. */
export function buildDeletionQueryString(query: FilterQuery, { dryRun }: DeleteOptions = {}): string {
  return buildQueryString({ ...query, dry_run: dryRun });
}

function buildQueryString(parameters: Readonly<Record<string, ParameterValue>>): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => valuesOf(value).map((text) => `${encode(name, name)}=${encode(text, name)}`))
    .join('&');
}

function valuesOf(value: ParameterValue): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}

function encode(text: string, parameter: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text);
  throw createInvalidQueryError([{ parameter, code: 'invalid_encoding', detail: 'expected well-formed Unicode' }]);
}
