import { SCHEMA_VIOLATION, type SchemaCheck, type SchemaViolation } from '@event-tracker/core/schemas';
import type { SchemaSet, TypeSchema } from '@event-tracker/json-schema';
import { readFolder } from './read-folder.ts';

export interface SchemaSettings {
  /** Folder with the schemas. */
  readonly schemas: string | undefined;
  /** True if events of types without a schema are refused. */
  readonly schemasRequired: boolean;
}

/** The schemas of a server, which can be read again. */
export interface SchemaRegistry {
  /** Returns all schemas, ordered by event type. */
  list(): readonly TypeSchema[];
  find(eventType: string): TypeSchema | undefined;
  readonly check: SchemaCheck;
  /**
   * Reads the folder again: its schemas replace the previous ones together.
   *
   * @throws an Error of one line if a schema cannot be used; the previous schemas then stay valid
   */
  reload(): Promise<void>;
  /** Ends the threads of the schemas. */
  close(): void;
}

/** Keyword of the problem of an event type without a schema, if schemas are required. */
const REQUIRED = 'SCHEMAS_REQUIRED';

/**
 * Opens the schemas that the settings name. Returns `undefined` if they name none.
 *
 * @throws an Error of one line if a schema cannot be used
 */
export async function openSchemas({ schemas, schemasRequired }: SchemaSettings): Promise<SchemaRegistry | undefined> {
  if (schemas === undefined) return undefined;
  const open = () => openFolder(schemas);
  return createSchemaRegistry(await open(), open, schemasRequired);
}

async function openFolder(folder: string): Promise<SchemaSet> {
  const { openSchemaSet } = await import('@event-tracker/json-schema'); // which a server without schemas does not load
  try {
    return await openSchemaSet(readFolder(folder));
  } catch (cause) {
    throw new Error(`SCHEMAS=${folder}: ${(cause as Error).message}`, { cause });
  }
}

function createSchemaRegistry(first: SchemaSet, open: () => Promise<SchemaSet>, isRequired: boolean): SchemaRegistry {
  let current = first;
  /** The last reload: the next one waits for it, so that the newest files win. */
  let reloaded: Promise<unknown> = Promise.resolve();

  async function replace(): Promise<void> {
    const next = await open();
    current.close();
    current = next;
  }

  return {
    list: () => current.schemas,
    find: (eventType) => current.find(eventType),
    check: (eventType, payload) =>
      isRequired && !current.find(eventType) ? MISSING_SCHEMA : current.check(eventType, payload),
    reload: () => {
      const reloading = reloaded.then(replace);
      reloaded = reloading.catch(() => {});
      return reloading;
    },
    close: () => current.close(),
  };
}

const MISSING_SCHEMA: SchemaViolation = {
  mode: 'enforce',
  problems: [
    {
      pointer: '/event_type',
      code: SCHEMA_VIOLATION,
      detail: 'this event type has no schema, and this server accepts only types that have one',
      keyword: REQUIRED,
    },
  ],
};
