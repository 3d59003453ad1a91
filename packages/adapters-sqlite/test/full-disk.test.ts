import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { type Event, isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { afterAll, describe, expect, test } from 'vitest';
import { events, readAll } from './support/events.ts';
import { createOldFile, oldEvents, rowsOf } from './support/old-file.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const MIB = 1024 ** 2;

const disk = join(useTemporaryFolder(), 'disk');
mkdirSync(disk);
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (isMounted) execFileSync('umount', [disk]);
});

describe.skipIf(!isMounted)('on a full disk (requires the right to mount one)', () => {
  test.each([
    ['above the watermark', 2 * MIB, /less than 2097152 bytes free/],
    ['without a watermark', 0, /full/],
  ])(
    '%s: rejects appends, continues reads, and accepts appends again when there is space',
    async (name, minFreeBytes, reason) => {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(8 * MIB));
      const store = await createSqliteEventStore({ path: join(disk, `${name}.sqlite`), minFreeBytes });
      const acknowledged = [...(await fill(store, reason))];
      // More than the free space: a few events can still fit into the space that is left.
      const refused = events(8_000, { payload: { text: 'x'.repeat(1_000) } });
      await expect(appendBatch(store, refused)).rejects.toSatisfy(isStoreUnavailableError);
      expect(new Set((await readAll(store)).map(({ id }) => id))).toEqual(new Set(acknowledged.map(({ id }) => id)));
      expect(await store.get(acknowledged[0]?.id ?? '')).toEqual(acknowledged[0]);
      if (minFreeBytes > 0) {
        const deleted = acknowledged.splice(0, 50);
        expect(await store.delete(deleted.map(({ id }) => id)), 'deleted on the full disk').toBe(50);
      }

      rmSync(ballast);
      const later = events(10);
      await appendBatch(store, later);
      acknowledged.push(...later);
      expect(new Set((await readAll(store)).map(({ id }) => id))).toEqual(new Set(acknowledged.map(({ id }) => id)));
      await store.close();
      rmSync(join(disk, `${name}.sqlite`));
    },
  );

  test.each([
    ['above the watermark', 8 * MIB, /less than 8388608 bytes free/],
    ['without a watermark', 0, /full/],
  ])('%s: a migration stops, and continues when there is space', async (name, minFreeBytes, reason) => {
    const path = join(disk, `migrating ${name}.sqlite`);
    const events = oldEvents(10_000, 1);
    createOldFile(path, 4, events);
    const rows = rowsOf(path);
    const ballast = join(disk, 'ballast');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - MIB / 2));
    const message = expect.stringMatching(new RegExp(`^${path} cannot be (migrated|opened): .*${reason.source}`));
    for (const attempt of [1, 2]) {
      const opening = createSqliteEventStore({ path, minFreeBytes });
      await expect(opening, `attempt ${attempt}`).rejects.toMatchObject({ code: 'store_unavailable', message });
    }
    rmSync(ballast);
    await (await createSqliteEventStore({ path, minFreeBytes: 0 })).close();
    expect(rowsOf(path)).toEqual(rows);
    rmSync(path);
  });
});

/** Appends until an append is rejected. Returns the acknowledged events. */
async function fill(store: EventStorePort, reason: RegExp): Promise<readonly Event[]> {
  const acknowledged: Event[] = [];
  for (;;) {
    const batch = events(100, { payload: { text: 'x'.repeat(1_000) } });
    try {
      await appendBatch(store, batch);
    } catch (error) {
      expect(error).toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(reason) });
      return acknowledged;
    }
    acknowledged.push(...batch);
  }
}
