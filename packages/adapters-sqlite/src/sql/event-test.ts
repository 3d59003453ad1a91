import type { Event, JsonObject } from '@event-tracker/core';
import { compileFilter, type EventFilter, matchesType, parseJsonText } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { necessaryTextsOf } from './text-conditions.ts';

/** What of a filter no index answers, as a condition of SQL and the values that it binds. */
export interface EventTest {
  readonly sql: string;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Puts what no index answers of a filter into SQL. What it means is core's to say: the condition asks core, through
 * functions that are defined on this connection until the next filter. But first SQLite looks for the texts without which
 * there is no match: of a hundred thousand events that takes 40 ms, and asking core 90 ms.
 *
 * @param isAnyType whether events of all types are gone through
 * @returns undefined where nothing is left to ask
 */
export function defineEventTest(database: Database, filter: EventFilter, isAnyType: boolean): EventTest | undefined {
  const { event_type, event_type_prefix, payload } = filter;
  const values: Record<string, string> = {};
  const tests: string[] = [];

  function has(text: string): string {
    const name = `text${Object.keys(values).length}`;
    values[name] = text;
    return `instr(payload, :${name}) > 0`;
  }

  if (isAnyType && (event_type !== undefined || event_type_prefix !== undefined)) {
    database.defineTest('has_type', (type) => matchesType(type, filter));
    tests.push('has_type(event_type)');
  }
  if (payload !== undefined) {
    for (const { every, some } of payload.map(necessaryTextsOf)) {
      tests.push(...every.map(has));
      if (some.length > 0) tests.push(`(${some.map(has).join(' OR ')})`);
    }
    const matches = compileFilter({ payload });
    database.defineTest('meets_conditions', (json) => matches(eventOf(json)));
    tests.push('meets_conditions(payload)');
  }
  if (tests.length === 0) return undefined;
  // SQLite asks the terms of an AND in any order, but those of a CASE one after the other.
  const sql = tests.reduceRight((rest, test) => `CASE WHEN ${test} THEN ${rest} END`, '1');
  return { sql, values };
}

function eventOf(json: string): Event {
  return { id: '', event_type: '', timestamp: '', payload: parseJsonText(json) as JsonObject };
}
