import { compileFilter, type EventFilter, likePatternOf, matchesType, needsPayload } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { necessaryNumberOf, necessaryNumberSql } from './necessary-number.ts';
import { createMemberParser, PAYLOAD_TO_PARSE, parseAllMembers } from './parse-members.ts';
import { type RequiredTexts, requiredPatternsOf, requiredTextsOf } from './required-texts.ts';

/** The part of a filter that no index covers, as an SQL condition and its parameters. */
export interface ResidualFilter {
  readonly sql: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/**
 * Builds the SQL condition for the part of a filter that no index covers. The condition calls core's filter, as SQL
 * functions that stay defined on the connection until the next filter. SQLite first searches for the required texts: for
 * 100,000 events the search needs 40 ms, calling core's filter needs 90 ms.
 *
 * @param isAnyType true if the scan reads events of all types
 * @returns `undefined` if the indexes cover the filter
 */
export function defineResidualFilter(
  database: Database,
  filter: EventFilter,
  isAnyType: boolean,
): ResidualFilter | undefined {
  const { event_type, event_type_prefix, payload = [], q = [] } = filter;
  const values: Record<string, string | number> = {};
  const tests: string[] = [];

  function bind(value: string | number): string {
    const name = `value${Object.keys(values).length}`;
    values[name] = value;
    return `:${name}`;
  }
  const has = (text: string): string => `instr(payload, ${bind(text)}) > 0`;
  const isLike = (column: string, pattern: string): string => `${column} LIKE ${bind(pattern)} ESCAPE '\\'`;

  if (isAnyType && (event_type !== undefined || event_type_prefix !== undefined)) {
    database.definePredicate('has_type', (type) => matchesType(type, filter));
    tests.push('has_type(event_type)');
  }
  if (needsPayload(filter)) {
    const necessary: string[] = [];
    for (const condition of payload) {
      const number = necessaryNumberOf(condition);
      const { like, lists } = number ? NO_TEXTS : requiredTextsOf(condition);
      if (number) necessary.push(necessaryNumberSql(number, bind));
      necessary.push(...like.map((pattern) => isLike('payload', pattern)));
      necessary.push(...lists.map((texts) => `(${texts.map(has).join(' OR ')})`));
    }
    for (const text of q) {
      const inPayload = requiredPatternsOf(text).map((pattern) => isLike('payload', pattern));
      necessary.push(`(${[isLike('event_type', likePatternOf(text)), ...inPayload].join(' OR ')})`);
    }
    // Without a checksum, another program may have written the payload, in another spelling.
    tests.push(...necessary.map((test) => `(payload_crc32 IS NULL OR ${test})`));
    const matches = compileFilter({ payload, q });
    const parse = q.length === 0 ? createMemberParser(payload.map(({ path: [name = ''] }) => name)) : parseAllMembers;
    database.definePredicate('meets_conditions', (json, event_type = '') =>
      matches({ id: '', event_type, timestamp: '', payload: parse(json) }),
    );
    tests.push(`meets_conditions(${PAYLOAD_TO_PARSE}${q.length === 0 ? '' : ', event_type'})`);
  }
  if (tests.length === 0) return undefined;
  // SQLite evaluates the terms of AND in any order, but those of CASE in sequence.
  const sql = tests.reduceRight((rest, test) => `CASE WHEN ${test} THEN ${rest} END`, '1');
  return { sql, values };
}

/** SQLite finds the number itself. */
const NO_TEXTS: RequiredTexts = { like: [], lists: [] };
