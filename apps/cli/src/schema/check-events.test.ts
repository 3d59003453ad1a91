import type { EventTrackerClient } from '@event-tracker/client';
import type { Event, EventQuery, FilterQuery, JsonObject } from '@event-tracker/core';
import { openSchemaSet, type SchemaSet } from '@event-tracker/json-schema';
import { describe, expect, test } from 'vitest';
import { isUsageError } from '../command-line/usage-error.ts';
import { type CheckReport, checkEvents } from './check-events.ts';

interface Given {
  readonly schema?: object | boolean;
  readonly eventType?: string;
  readonly filters?: FilterQuery;
  readonly limit?: number;
  /** The events of each page. */
  readonly pages: readonly (readonly Event[])[];
}

/** The schema `true`, without the threads that check others. */
const ACCEPTS_ALL: Pick<SchemaSet, 'check' | 'close'> = { check: async () => undefined, close: () => {} };

/** Checks events of a tracker that returns the same pages for every query, and returns the queries too. */
async function check({ schema = true, eventType = 'login', filters = {}, limit, pages }: Given) {
  const queries: EventQuery[] = [];
  let read = 0;
  const tracker = {
    queryPages: async function* (query: EventQuery) {
      queries.push(query);
      for (const page of pages) {
        read++;
        yield page;
      }
    },
  } as Pick<EventTrackerClient, 'queryPages'>;
  const set =
    schema === true ? ACCEPTS_ALL : await openSchemaSet([{ name: 'a.json', text: JSON.stringify(schema), eventType }]);
  const opened = { eventType, file: 'a.json', check: set.check, close: set.close };
  let progress = 0;
  try {
    const report: CheckReport = await checkEvents(tracker, {
      schema: opened,
      filters,
      limit,
      onProgress: (events) => {
        progress += events;
      },
    });
    expect(progress).toBe(report.checked);
    return { report, queries, read };
  } finally {
    set.close();
  }
}

const eventOf = (payload: JsonObject, event_type = 'login'): Event => ({
  id: '01941f29-7c00-7d0e-9f3b-5a2c81e6b704',
  event_type,
  timestamp: '2025-01-01T12:00:00Z',
  payload,
});

describe('checkEvents', () => {
  test('counts events that do not match', async () => {
    const { report, queries } = await check({
      schema: { required: ['a'] },
      filters: { start: '2025-01-01' },
      pages: [[eventOf({}), eventOf({ a: 1 })], [eventOf({})]],
    });
    expect(report).toMatchObject({ checked: 3, failing: 2, groups: [{ pointer: '/payload/a', failing: 2 }] });
    expect(queries).toEqual([{ start: '2025-01-01', event_type: 'login', order: 'desc' }]);
  });

  test.each<[string, FilterQuery]>([
    ['order.*', { 'event_type[prefix]': 'order.' }],
    ['*', {}],
  ])('reads the events of %s', async (eventType, filters) => {
    const { queries } = await check({ eventType, pages: [] });
    expect(queries).toEqual([{ ...filters, order: 'desc' }]);
  });

  test('leaves out quarantined events, for which there is no schema', async () => {
    const pages = [[eventOf({}, 'quarantine.login'), eventOf({}, 'queue.login')]];
    expect((await check({ eventType: 'qu*', schema: false, pages })).report).toMatchObject({ checked: 1, failing: 1 });
  });

  test('reads no page after its limit', async () => {
    const pages = [[eventOf({}), eventOf({})], [eventOf({}), eventOf({})], [eventOf({})]];
    expect(await check({ limit: 3, pages })).toMatchObject({ report: { checked: 3 }, read: 2 });
    expect(await check({ limit: 4, pages })).toMatchObject({ report: { checked: 4 }, read: 2 });
    expect(await check({ limit: 9, pages })).toMatchObject({ report: { checked: 5 }, read: 3 });
  });

  test.each<[string, number, number | undefined]>([
    ['login', 10_000, 10_000],
    ['login', 10_001, undefined],
    ['*', 10, undefined],
  ])('has the server apply the limit if it can: %s, %i', async (eventType, limit, expected) => {
    expect((await check({ eventType, limit, pages: [] })).queries).toMatchObject([{ limit: expected }]);
  });

  test.each(['event_type', 'event_type[prefix]'])('refuses a filter %s', async (name) => {
    await expect(check({ filters: { [name]: 'other' }, pages: [] })).rejects.toSatisfy(isUsageError);
  });

  test('ends soon for a pattern that backtracks, and for a schema without end', async () => {
    const pages = [[eventOf({ text: `${'a'.repeat(10_000)}!` })]];
    const pattern = { properties: { text: { pattern: '^(a+)+$' } } };
    expect((await check({ schema: pattern, pages })).report.groups).toMatchObject([{ keyword: 'pattern' }]);
    const endless = { allOf: [{ $ref: '#' }, { $ref: '#' }] };
    expect((await check({ schema: endless, pages })).report.groups).toMatchObject([{ keyword: 'budget' }]);
  });
});
