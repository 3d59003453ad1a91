import type { FilterQuery } from '@event-tracker/core';
import type { Command } from 'commander';
import { parseTimeArgument } from './time-argument.ts';
import { createUsageError } from './usage-error.ts';

/** Options of commands with filters. */
export interface FilterOptions {
  readonly since?: string;
  readonly until?: string;
}

/** A name and a value. Member names in quotes, such as `payload."a=b"`, can contain an equals sign. */
const FILTER = /^((?:"(?:[^"\\]|\\.)*"|[^="])+)=([\s\S]*)$/;

/** Adds the filters to a command, as arguments and options. */
export function addFilters(command: Command, example = 'event_type=login or payload.user_id=7'): Command {
  return command
    .argument('[filters...]', `filters as in the HTTP API, such as ${example}`)
    .option('--since <time>', 'events at this time or later: 15m, 1h or 7d ago, a date, or RFC 3339', parseTimeOption)
    .option('--until <time>', 'events at this time or earlier', parseTimeOption);
}

function parseTimeOption(text: string): string {
  return parseTimeArgument(text);
}

/**
 * Returns the filters of a command. `event_type`, `q` and filters of payloads can be repeated.
 *
 * @throws UsageError, or InvalidQueryError naming all unknown and invalid filters
 */
export async function readFilters(args: readonly string[], { since, until }: FilterOptions): Promise<FilterQuery> {
  const values = Map.groupBy(
    [
      ...args.map(parseFilter),
      ...(since === undefined ? [] : [['start', since] as const]),
      ...(until === undefined ? [] : [['end', until] as const]),
    ],
    ([name]) => name,
  );
  for (const [name, given] of values) {
    if (given.length > 1 && (name === 'start' || name === 'end'))
      throw createUsageError(`${name} is given twice; --since sets start, and --until sets end`);
  }
  const query = Object.fromEntries(
    [...values].map(([name, given]) => {
      const texts = given.map(([, value]) => value);
      return [name, texts.length === 1 ? texts[0] : texts];
    }),
  );
  const { parseFilteredQuery } = await import('@event-tracker/core/schemas');
  parseFilteredQuery({}, query);
  return query;
}

function parseFilter(text: string): readonly [name: string, value: string] {
  const [, name, value] = FILTER.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw createUsageError(`${text}: expected a filter NAME=VALUE, such as event_type=login`);
  return [name, value];
}
