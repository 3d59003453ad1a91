import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder that is gone when the process ends, if not before; `TMPDIR` decides on which disk. */
export function newTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-bench-'));
  folders.push(folder);
  return folder;
}
