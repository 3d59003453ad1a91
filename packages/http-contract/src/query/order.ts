import { createInvalidQueryError } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import type { QueryParameters } from './query-string.ts';

const ORDER_EXPECTED = 'expected asc, desc or arrival';

/** The parameters of `GET /events` for the order and the start. */
export const ORDER_SCHEMAS = {
  order: v.optional(
    v.pipe(
      v.picklist(['asc', 'desc', 'arrival'], ORDER_EXPECTED),
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

/**
 * Reads the order of events. Default: `asc`.
 *
 * @throws InvalidQueryError for an unknown order
 */
export function readOrder(parameters: QueryParameters): v.InferOutput<typeof ORDER_SCHEMAS.order> {
  const parsed = v.safeParse(ORDER_SCHEMAS.order, parameters.get('order')?.[0]);
  if (parsed.success) return parsed.output;
  throw createInvalidQueryError([{ parameter: 'order', code: 'invalid_order', detail: ORDER_EXPECTED }]);
}
