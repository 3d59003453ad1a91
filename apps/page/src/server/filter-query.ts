import type { FilterQuery } from '@event-tracker/core';
import type { Parameter } from '../address/address.ts';

/** Returns parameters as the query of core; the client checks the names and the values. */
export function toFilterQuery(parameters: readonly Parameter[]): FilterQuery {
  const values = Object.entries(Object.groupBy(parameters, ([name]) => name));
  const query = values.map(([name, group = []]) => {
    const texts = group.map(([, value]) => value);
    return [name, texts.length === 1 ? texts[0] : texts];
  });
  return Object.fromEntries(query) as FilterQuery;
}
