import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../event/event.ts';
import { matchesFilter } from './event-filter.ts';
import { parseFilteredQuery } from './filter-query.ts';
import { PAYLOAD_OPERATORS } from './parse-condition.ts';

const PAGE = readFileSync(new URL('../../../../docs/filters.md', import.meta.url), 'utf8');

interface Example {
  readonly payload: JsonObject;
  /** All of them must match. */
  readonly filters: readonly string[];
  readonly matches: boolean;
}

/** A row of the table of examples in docs/filters.md: a payload, filters, and whether they match. */
const EXAMPLE = /^\| `(\{.*\})` \| (`(?:payload\.|q=).*`) \| (yes|no) \|$/gm;

const examples = [...PAGE.matchAll(EXAMPLE)].map(
  ([, payload = '', filters = '', matches]): Example => ({
    payload: JSON.parse(payload),
    filters: [...filters.matchAll(/`([^`]+)`/g)].map(([, filter = '']) => filter),
    matches: matches === 'yes',
  }),
);

describe('docs/filters.md', () => {
  test.each(examples)(
    'states correctly that $payload and $filters match: $matches',
    ({ payload, filters, matches }) => {
      const query: Record<string, string[]> = {};
      for (const filter of filters) {
        const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(filter) ?? [];
        query[name] = [...(query[name] ?? []), value];
      }
      const { filter } = parseFilteredQuery({}, query);
      const event = { id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f', event_type: 'x', timestamp: '2025-01-01T12:00:00Z' };
      expect(matchesFilter({ ...event, payload }, filter)).toBe(matches);
    },
  );

  test('has an example of every operator, and of payloads that do not match', () => {
    const [, section = ''] = PAGE.split('| Payload | Filter | Matches |');
    const lines = section.split('\n').slice(2);
    expect(examples).toHaveLength(lines.findIndex((line) => !line.startsWith('|')));
    const filters = examples.flatMap((example) => example.filters);
    const shown = PAYLOAD_OPERATORS.filter((operator) => filters.some((filter) => filter.includes(`[${operator}]=`)));
    expect(shown).toEqual(PAYLOAD_OPERATORS);
    expect(filters.some((filter) => filter.startsWith('q='))).toBe(true);
    expect(examples.filter(({ matches }) => !matches).length).toBeGreaterThan(5);
  });
});
