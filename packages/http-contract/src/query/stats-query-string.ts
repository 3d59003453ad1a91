import type { StatsQuery } from '@event-tracker/core';
import { readFilterQuery, readNumber } from './event-query-string.ts';
import type { QueryParameters } from './query-string.ts';

/** Reads a statistics query from the parameters of a URL. Core validates the values. */
export function readStatsQuery(parameters: QueryParameters): StatsQuery {
  const top = parameters.get('top')?.[0];
  return {
    ...readFilterQuery(parameters),
    metric: parameters.get('metric')?.[0],
    interval: parameters.get('interval')?.[0] as StatsQuery['interval'], // core refuses other words
    time_zone: parameters.get('time_zone')?.[0],
    group_by: parameters.get('group_by')?.[0],
    top: top === undefined ? undefined : readNumber(top),
  };
}
