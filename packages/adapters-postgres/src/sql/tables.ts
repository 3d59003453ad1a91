/** The quoted names of a store's tables, for use in SQL. */
export interface Tables {
  /** The unquoted name of the schema, as in the system catalogs. */
  readonly schemaName: string;
  readonly schema: string;
  readonly events: string;
  readonly migrations: string;
}

/** A name that PostgreSQL neither folds nor truncates. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Returns the tables of a store in a schema. */
export function tablesIn(schemaName: string): Tables {
  if (!NAME.test(schemaName) || schemaName.startsWith('pg_')) {
    throw new RangeError(
      `schema: expected up to 63 lower case letters, digits and underscores, not pg_ first: ${schemaName}`,
    );
  }
  const schema = `"${schemaName}"`;
  return { schemaName, schema, events: `${schema}.events`, migrations: `${schema}.migrations` };
}
