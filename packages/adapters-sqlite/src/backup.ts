import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { openDatabase } from './database/database.ts';
import { checkOwner } from './database/migrations.ts';
import { type VerifiedSqliteFile, verifySqliteFile } from './verify.ts';

const CACHE_BYTES = 16 * 1024 ** 2;

/**
 * Copies a file as of one moment, also while a server has it open, and verifies the copy. The copy gets its name when it
 * is whole, sound and on the disk.
 *
 * @throws StoreUnavailableError where there is no such file, or the name of the backup is taken
 */
export function backUpSqliteFile(path: string, backup: string): VerifiedSqliteFile {
  if (!existsSync(path)) throw createStoreUnavailableError(`${path} does not exist`);
  if (existsSync(backup)) throw createStoreUnavailableError(`${backup} exists already`);
  const unfinished = `${backup}.part`;
  rmSync(unfinished, { force: true });
  copy(path, unfinished);
  const verified = verifySqliteFile(unfinished);
  // What is damaged stays there under the other name, to be looked at.
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
