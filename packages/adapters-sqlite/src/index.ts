export { backUpSqliteFile } from './backup.ts';
export type { MigrationProgress } from './database/events-to-move.ts';
export { createSqliteEventStore, type OpenedSqliteFile, type SqliteEventStoreOptions } from './sqlite-event-store.ts';
export { type VerifiedSqliteFile, verifySqliteFile } from './verify.ts';
