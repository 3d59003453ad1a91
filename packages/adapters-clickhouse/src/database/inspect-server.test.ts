import { isStoreUnavailableError } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { tablesIn } from '../sql/tables.ts';
import type { Database } from './database.ts';
import { startDeadline } from './deadline.ts';
import { inspectServer } from './inspect-server.ts';

/** Returns a server with a version and a cluster whose smallest shard has a number of replicas. */
function serverOf(version: string, replicas?: number): Database {
  const shards = replicas === undefined ? [] : [{ replicas }];
  const select = async <Row>(text: string) => {
    const rows: readonly unknown[] = text.includes('version()') ? [{ version }] : shards;
    return rows as readonly Row[];
  };
  const unused = () => expect.fail('unexpected call');
  return { select, stream: unused, insert: unused, change: unused, close: unused };
}

function inspect(server: Database, quorum?: 'auto' | number): Promise<void> {
  return inspectServer(server, tablesIn('tracker', '{cluster}'), quorum, startDeadline(1_000));
}

describe('inspectServer', () => {
  test.each([
    [serverOf('26.3.1.1'), undefined],
    [serverOf('27.1', 2), 'auto' as const],
    [serverOf('26.7.2.1', 3), 3],
  ])('accepts a server that provides the guarantees of the store', async (server, quorum) => {
    await expect(inspect(server, quorum)).resolves.toBeUndefined();
  });

  test.each([
    [serverOf('25.8.1.1'), undefined, /expected version 26 or newer, found 25\.8\.1\.1$/],
    [serverOf(''), undefined, /found $/],
    [serverOf('26.7', 1), 'auto' as const, /quorum requires at least 2 replicas of each shard, found 1$/],
    [serverOf('26.7', 2), 3, /3 replicas of each shard, found 2$/],
    [serverOf('26.7'), 'auto' as const, /of each shard, found 0$/],
  ])('rejects a server that does not provide them', async (server, quorum, message) => {
    const error = await inspect(server, quorum).catch((reason: unknown) => reason);
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });
});
