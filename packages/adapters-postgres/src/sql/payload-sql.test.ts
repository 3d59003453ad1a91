import type { JsonObject } from '@event-tracker/core';
import { type JsonScalar, matchesFilter, type PayloadCondition } from '@event-tracker/core/store';
import { conditionsAt } from '@event-tracker/event-store-conformance';
import { describe, expect, inject, test } from 'vitest';
import { anEvent } from '../../test/events.ts';
import { withClient } from '../../test/schemas.ts';
import { payloadSql } from './payload-sql.ts';
import { createParameters } from './statement.ts';

const url = inject('postgresUrl') ?? '';

const VALUES: readonly JsonScalar[] = [
  ...[null, true, false, 0, 1, -1, 0.1, 1e-7, 1e20 + 0.5, 5e-324, 1.5e300, 2 ** 60, 1e20, 42, 421],
  ...['', 'a', 'b', '42', 'true', 'null', '"', '\\', 'a"b', '\n', '[', '\u{1f600}', '\uffff', 'é', '%', "'"],
];
/** Values that no payload has but a condition can name. */
const FOREIGN: readonly JsonScalar[] = [Number.POSITIVE_INFINITY, -0, '\0', '\ud83d', 'a\ude00'];
const NAMES = ['a', 'b', 'a.b', '"', '\\', '$', '*', '0', 'é', '\u{1f600}'];

/** Each value at `a`, at `a.b`, and in nested arrays along and at the end of the path. */
const PAYLOADS: readonly JsonObject[] = [
  ...VALUES.flatMap((value) => [
    { a: value },
    { a: { b: value } },
    { a: [value] },
    { a: [[], [[value]], 7] },
    { a: [{ b: value }] },
    { a: [[{ b: [value, 'z'] }]] },
    { b: { a: value } },
    { x: 'a', a: { c: value } },
  ]),
  ...NAMES.map((name) => ({ [name]: { [name]: 1 } })),
  {},
  { a: {} },
  { a: [] },
  { a: [[]] },
  { a: { b: [] } },
];

const CONDITIONS = [
  ...[['a'], ['a', 'b'], ['b']].flatMap((path) => conditionsAt(path, [...VALUES, ...FOREIGN])),
  ...[['\0'], ['\ud83d'], ...NAMES.map((name) => [name, name])].flatMap((path) => conditionsAt(path, [1, 'a'])),
];

describe.skipIf(url === '')('payloadSql', () => {
  test('accepts every payload that meets a condition, and few others', { timeout: 60_000 }, async () => {
    const events = PAYLOADS.map((payload) => anEvent({ payload }));
    let [matching, found] = [0, 0];
    await withClient(url, async (client) => {
      const texts = PAYLOADS.map((payload) => JSON.stringify(payload));
      for (const condition of CONDITIONS) {
        const parameters = createParameters();
        const rows = `unnest(${parameters.add(texts)}::text[]) WITH ORDINALITY AS rows (payload, place)`;
        const where = ['true', ...payloadSql(condition, parameters)].join(' AND ');
        const text = `SELECT place::integer FROM ${rows} WHERE ${where}`;
        const result = await client.query<{ place: number }>(text, [...parameters.values]);
        const places = new Set(result.rows.map(({ place }) => place - 1));
        const due = [...events.keys()].filter((place) => matches(place, condition));
        const missed = due.filter((place) => !places.has(place)).map((place) => texts[place]);
        expect(missed, JSON.stringify(condition)).toEqual([]);
        matching += due.length;
        found += places.size;
      }
    });
    expect(found / matching, 'rows read per match').toBeLessThan(2);

    function matches(place: number, condition: PayloadCondition): boolean {
      const event = events[place];
      return event !== undefined && matchesFilter(event, { payload: [condition] });
    }
  });
});
