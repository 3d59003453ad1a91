import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates the folder of a file if it does not exist, and syncs its parents, so that the folder survives power loss. */
export function prepareFolder(path: string): void {
  const folder = dirname(path);
  const firstCreated = mkdirSync(folder, { recursive: true });
  if (firstCreated === undefined) return;
  for (let created = folder; ; created = dirname(created)) {
    syncFolder(dirname(created));
    if (created === firstCreated || created === dirname(created)) return;
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
