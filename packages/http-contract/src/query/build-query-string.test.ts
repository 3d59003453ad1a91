import type { EventQuery, StatsQuery } from '@event-tracker/core';
import { isInvalidQueryError } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { QUERY_EVENTS } from '../operations/event-operations.ts';
import type { Operation } from '../operations/operation.ts';
import { QUERY_STATS } from '../operations/stats-operations.ts';
import { readArrivalQuery, readFollowQuery } from './arrival-query-string.ts';
import {
  buildDeletionQueryString,
  buildEventQueryString,
  buildFollowQueryString,
  buildStatsQueryString,
} from './build-query-string.ts';
import { readEventQuery } from './event-query-string.ts';
import { readQueryString } from './query-string.ts';
import { readStatsQuery } from './stats-query-string.ts';

const AWKWARD = 'a+b c&d=e?f#g%h/é€😀"[]';

describe('a query string', () => {
  test.each<[string, EventQuery]>([
    ['nothing', {}],
    ['one type', { event_type: ['login'] }],
    ['several types and prefixes', { event_type: ['login', 'log,out'], 'event_type[prefix]': ['a.', 'b.'] }],
    ['times', { start: '2025-01-01T12:00:00+02:00', end: '2025-12-31T23:59:59.5Z' }],
    ['payload filters', { 'payload.user.id': ['42'], 'payload.amount[gte]': ['10'], 'payload."a.b".c': ['x', 'y'] }],
    ['texts to search for', { q: ['a b', AWKWARD] }],
    ['a page', { order: 'asc', limit: 100, cursor: '1-abc' }],
    ['characters that are special in URLs', { event_type: [AWKWARD], [`payload.${AWKWARD}`]: [AWKWARD] }],
    ['empty values', { event_type: [''], 'payload.a': [''] }],
  ])('round-trips %s', (_, query) => {
    expect(read(buildEventQueryString(query), QUERY_EVENTS, readEventQuery)).toEqual(query);
  });

  test('round-trips a statistics query', () => {
    const query: StatsQuery = {
      event_type: ['login'],
      metric: 'unique:payload.a',
      interval: '1d',
      group_by: 'event_type',
    };
    const more: StatsQuery = { ...query, time_zone: 'Europe/Berlin', top: 3 };
    expect(read(buildStatsQueryString(more), QUERY_STATS, readStatsQuery)).toEqual(more);
  });

  test('round-trips a query in order of arrival, and what to follow', () => {
    const query = { order: 'arrival', after: 'a1-b+c', limit: 5, event_type: ['login'] } as const;
    expect(read(buildEventQueryString(query), QUERY_EVENTS, readArrivalQuery)).toEqual(query);
    const followed = read(
      buildFollowQueryString({ filters: { 'payload.a': '1' }, after: 'start' }),
      QUERY_EVENTS,
      (parameters) => readFollowQuery(parameters, undefined),
    );
    expect(followed).toEqual({ filters: { 'payload.a': ['1'] }, after: 'start' });
  });

  test('writes a single type like a list of one', () => {
    expect(buildEventQueryString({ event_type: 'login' })).toBe(buildEventQueryString({ event_type: ['login'] }));
  });

  test('has dry_run only for a dry run', () => {
    expect(buildDeletionQueryString({ event_type: 'login' }, { dryRun: true })).toBe('event_type=login&dry_run=true');
    expect(buildDeletionQueryString({ event_type: 'login' })).toBe('event_type=login');
  });

  test('rejects text that UTF-8 cannot encode, naming the parameter', () => {
    const build = () => buildEventQueryString({ event_type: '\ud800' });
    expect(build).toThrow(expect.toSatisfy(isInvalidQueryError));
    expect(build).toThrow('event_type: expected well-formed Unicode');
  });
});

/** Parses a query string like the server, and leaves out absent parameters. */
function read<Query extends object>(
  text: string,
  { queryParameters }: Operation,
  readQuery: (parameters: ReturnType<typeof readQueryString>) => Query,
): object {
  const known = Object.fromEntries(Object.entries(queryParameters).map(([name, { occurs }]) => [name, occurs]));
  const query = readQuery(readQueryString(`/?${text}`, known));
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
