import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { createStoreUnavailableError } from '@event-tracker/core/store';

/**
 * Opens a file. If that fails because of missing rights, the error names the user of this process, and the owner and mode
 * of the file or folder, which SQLite does not report.
 *
 * @throws StoreUnavailableError for missing rights; otherwise the error of `open`
 */
export function explainAccess<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    const reason = findDeniedAccess(path);
    if (reason === undefined) throw cause;
    throw createStoreUnavailableError(`${path} cannot be opened: ${reason}`, { cause });
  }
}

/** The files that a store opens for writing. */
const SUFFIXES = ['', '-wal', '-shm', '-lock', '-commits'];

function findDeniedAccess(path: string): string | undefined {
  const folder = findExistingFolder(dirname(path));
  if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
  const files = SUFFIXES.map((suffix) => path + suffix).filter((file) => existsSync(file));
  const { R_OK, W_OK, X_OK } = constants;
  const reasons = [describeDenied(folder, W_OK | X_OK), ...files.map((file) => describeDenied(file, R_OK | W_OK))];
  return reasons.find((reason) => reason !== undefined);
}

/** Returns the closest parent that exists. The folders below it are created. */
function findExistingFolder(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : findExistingFolder(dirname(folder));
}

function describeDenied(path: string, rights: number): string | undefined {
  try {
    accessSync(path, rights);
    return undefined;
  } catch {
    const { uid, gid, mode } = statSync(path);
    const owner = `owner ${uid}, group ${gid}, mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`;
    return `${describeUser()} cannot write to ${path} (${owner})`;
  }
}

function describeUser(): string {
  try {
    const { username, uid } = userInfo();
    return `user ${username} (${uid})`;
  } catch {
    // A container can run as a user without a name.
    return `user ${process.getuid?.()}`;
  }
}
