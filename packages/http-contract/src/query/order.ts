import * as v from 'valibot';
import type { QueryParameters } from './query-string.ts';

/** The parameters of `GET /events` for the order and the start. */
export const ORDER_SCHEMAS = {
  order: v.optional(
    v.pipe(
      v.picklist(['asc', 'desc', 'arrival']),
      v.description(
        '`asc` and `desc`: by timestamp, then by id as text. `arrival`: in the order in which events arrived, whatever timestamps they have.',
      ),
    ),
    'asc',
  ),
  after: v.optional(
    v.pipe(
      v.string(),
      v.description(
        'Only for `order=arrival` and `text/event-stream`, where to begin: `start`, `now`, or a position, which is an `id` of a stream or comes from `Link`. Default: `start` for pages, `now` for a stream.',
      ),
    ),
  ),
};

/** Whether events are to be in the order of arrival. An unknown order is not, and core refuses it. */
export function isOrderedByArrival(parameters: QueryParameters): boolean {
  return parameters.get('order')?.[0] === 'arrival';
}
