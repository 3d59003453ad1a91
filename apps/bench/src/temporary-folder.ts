import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder that is gone when the process ends, if not before; `TMPDIR` decides on which disk. */
export function newTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
