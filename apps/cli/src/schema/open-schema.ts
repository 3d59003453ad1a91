import { basename } from 'node:path';
import type { SchemaCheck } from '@event-tracker/core/schemas';
import { readText } from '../command-line/read-text.ts';
import { createUsageError } from '../command-line/usage-error.ts';

/** A schema, and the events that it is for. */
export interface OpenSchema {
  /** An event type, or a prefix followed by `*`. */
  readonly eventType: string;
  /** Name of the file. */
  readonly file: string;
  readonly check: SchemaCheck;
  close(): void;
}

/**
 * Opens the schema in a file, with the bounds and the messages of the server.
 *
 * @param eventType an event type, or a prefix followed by `*`. Default: by the name of the file
 * @throws UsageError if the file cannot be read, or the schema or its type cannot be used
 */
export async function openSchema(path: string, eventType: string | undefined): Promise<OpenSchema> {
  if (eventType !== undefined) await requireSchemaType(eventType);
  const text = readText(path);
  const { openSchemaSet } = await import('@event-tracker/json-schema');
  try {
    const { schemas, check, close } = await openSchemaSet([{ name: basename(path), text, eventType }]);
    const [{ eventType: type, file }] = schemas as [(typeof schemas)[number]]; // one for each source
    return { eventType: type, file, check, close };
  } catch (cause) {
    throw createUsageError((cause as Error).message, { cause });
  }
}

/** @throws UsageError unless a schema can be for an event type, or for a prefix followed by `*` */
export async function requireSchemaType(eventType: string): Promise<void> {
  const { canHaveSchema } = await import('@event-tracker/json-schema');
  if (canHaveSchema(eventType)) return;
  throw createUsageError(
    `${JSON.stringify(eventType)}: expected an event type, or a prefix such as order.*; quarantined events have no schema`,
  );
}
