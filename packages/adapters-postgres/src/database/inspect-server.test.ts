import { isStoreUnavailableError } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { inspectServer } from './inspect-server.ts';

const SOUND = { version: 180_004, encoding: 'UTF8', fsync: 'on', synchronous_commit: 'on', is_standby: false };

/** Returns a database whose server has these properties. */
function serverWith(row: Partial<typeof SOUND>): Database {
  const rows: readonly unknown[] = [{ ...SOUND, ...row }];
  const query = async <Row>() => rows as readonly Row[];
  return {
    run: (work) => work({ query, commit: query, beginSnapshot: async () => {}, replaceConnections: () => {} }),
    close: async () => {},
  };
}

describe('inspectServer', () => {
  test('accepts a server that provides the guarantees of the store', async () => {
    await expect(inspectServer(serverWith({}))).resolves.toBeUndefined();
  });

  test.each([
    [{ version: 130_020 }, /version 14 or newer, found 13$/],
    [{ encoding: 'SQL_ASCII' }, /encoding UTF8, found SQL_ASCII$/],
    [{ is_standby: true }, /standby/],
    [{ fsync: 'off' }, /fsync is off/],
    [{ synchronous_commit: 'local' }, /synchronous_commit.*local$/],
  ])('rejects a server with %o', async (row, message) => {
    const error = await inspectServer(serverWith(row)).catch((reason: unknown) => reason);
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });
});
