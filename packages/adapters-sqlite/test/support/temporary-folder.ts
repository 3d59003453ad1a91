import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is gone when the tests of a file are over. */
export function useTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-sqlite-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
