import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { openDatabase } from './database/database.ts';
import { checkOwner } from './database/migrations.ts';
import { type VerifiedSqliteFile, verifySqliteFile } from './verify.ts';

const CACHE_BYTES = 16 * 1024 ** 2;

/**
 * Writes a consistent copy of a file, which a server can have open, and verifies the copy. The copy is renamed to `backup`
 * after it is complete, verified and synced to disk.
 *
 * @throws StoreUnavailableError if `path` does not exist or `backup` exists
 */
export function backUpSqliteFile(path: string, backup: string): VerifiedSqliteFile {
  if (!existsSync(path)) throw createStoreUnavailableError(`${path} does not exist`);
  if (existsSync(backup)) throw createStoreUnavailableError(`${backup} already exists`);
  const unfinished = `${backup}.part`;
  rmSync(unfinished, { force: true });
  copy(path, unfinished);
  const verified = verifySqliteFile(unfinished);
  // A damaged copy keeps its temporary name, for inspection.
  if (verified.problems.length > 0) return verified;
  sync(unfinished);
  renameSync(unfinished, backup);
  sync(dirname(backup));
  return verified;
}

function copy(path: string, target: string): void {
  const database = openDatabase(path, { readOnly: true, cacheBytes: CACHE_BYTES });
  try {
    checkOwner(database, path);
    database.statement('VACUUM INTO ?').run(target);
  } finally {
    database.close();
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
