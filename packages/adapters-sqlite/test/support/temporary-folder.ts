import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Creates a folder that is deleted after the tests of the file. */
export function useTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-sqlite-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
