import {
  createRequestError,
  GET_SCHEMA,
  GET_SCHEMAS,
  jsonLine,
  SCHEMA_MEDIA_TYPE,
  type TypeSchema,
} from '@event-tracker/http-contract';
import { respond, respondJson } from '../../response/respond.ts';
import type { SchemaRegistry } from '../../schemas/schema-registry.ts';
import type { Routes } from './routes.ts';

/**
 * Adds the routes that show schemas.
 *
 * @param schemas `undefined` if there are none
 */
export function addSchemaRoutes(routes: Routes, schemas: Pick<SchemaRegistry, 'list' | 'find'> | undefined): void {
  routes.add(GET_SCHEMAS, (c) => {
    const list = (schemas?.list() ?? []).map(
      ({ eventType, file, mode }): TypeSchema => ({ event_type: eventType, file, mode }),
    );
    return respondJson(c, 200, list);
  });

  routes.add(GET_SCHEMA, (c) => {
    const found = schemas?.find(c.req.param('event_type') ?? '');
    if (!found) throw createRequestError('not_found', 'there is no schema for this event type');
    return respond(c, 200, jsonLine(found.schema), { 'Content-Type': SCHEMA_MEDIA_TYPE });
  });
}
