import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Creates a folder that is deleted when the process ends. `TMPDIR` selects the disk. */
export function newTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-bench-'));
  folders.push(folder);
  return folder;
}
