import type { Tables } from '../sql/tables.ts';
import type { Session } from './database.ts';
import type { Migration } from './migrations.ts';

/**
 * Builds a unique index on the events without blocking writers. Replaces the invalid index that an interrupted attempt
 * leaves.
 */
export async function buildIndex(
  session: Session,
  { schemaName, schema, events }: Tables,
  { name, column }: NonNullable<Migration['index']>,
): Promise<void> {
  const [found] = await session.query<{ readonly is_valid: boolean }>({
    text: `SELECT indisvalid AS is_valid FROM pg_index
      JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname = $1 AND relname = $2`,
    values: [schemaName, name],
  });
  if (found?.is_valid) return;
  if (found) await session.query({ text: `DROP INDEX CONCURRENTLY ${schema}.${name}` });
  await session.query({ text: `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${events} (${column})` });
}
