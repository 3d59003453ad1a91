/** Where a store keeps what it has: names for use in SQL, quoted. */
export interface Tables {
  /** The name of the schema itself, as PostgreSQL's catalogue has it. */
  readonly schemaName: string;
  readonly schema: string;
  readonly events: string;
  readonly migrations: string;
}

/** What PostgreSQL takes as a name without folding or cutting it. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** The tables of a store in the schema of a name. */
export function tablesIn(schemaName: string): Tables {
  if (!NAME.test(schemaName) || schemaName.startsWith('pg_')) {
    throw new RangeError(
      `schema: expected up to 63 lower case letters, digits and underscores, not pg_ first: ${schemaName}`,
    );
  }
  const schema = `"${schemaName}"`;
  return { schemaName, schema, events: `${schema}.events`, migrations: `${schema}.migrations` };
}
