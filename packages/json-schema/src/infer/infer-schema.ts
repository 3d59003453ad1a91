import type { JsonObject } from '@event-tracker/core';
import { compileSchemas } from '../compile-schemas.ts';
import { describeShape } from './describe-shape.ts';
import { createPayloadShape } from './shape.ts';

/** Numbers of places that a schema describes, until one is small enough to be compiled. */
const SIZES = [512, 256, 192, 128, 96, 64, 48, 32, 16, 8, 4, 2, 1];

/**
 * Proposes a schema that all of the payloads match: types, members that every object has, and the values or the format of
 * strings. It depends on the payloads alone, not on their order. Its mode is `warn`, because other payloads may not match it.
 *
 * A schema has bounds. Of larger payloads it describes the first levels, and leaves the others open.
 *
 * @example
 * const schema = await inferSchema([{ user_id: 1 }, { user_id: 2, plan: 'pro' }]);
 */
export async function inferSchema(payloads: AsyncIterable<JsonObject> | Iterable<JsonObject>): Promise<JsonObject> {
  const shape = createPayloadShape();
  for await (const payload of payloads) shape.add(payload);
  let problem: unknown;
  let text = '';
  for (const size of SIZES) {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      'x-mode': 'warn',
      ...describeShape(shape.root, size),
    };
    const larger = text;
    text = JSON.stringify(schema);
    if (text === larger) continue; // the payloads have fewer places
    try {
      await compileSchemas([{ name: 'inferred', text }]);
      return schema;
    } catch (error) {
      problem = error; // too large
    }
  }
  throw new Error('not even a schema without members can be compiled', { cause: problem });
}
