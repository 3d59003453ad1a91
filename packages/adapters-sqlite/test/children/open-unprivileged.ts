// Usage: `open-unprivileged.ts PATH`. Opens a file as an unprivileged user, and sends `opened` or the message of the error.
import { explainAccess } from '../../src/database/explain-access.ts';
import { openFile } from '../../src/database/open-file.ts';

// Drops the rights of root, for which every file is writable.
const UNPRIVILEGED = 65_534;
if (process.getuid?.() === 0) {
  process.setgroups?.([UNPRIVILEGED]);
  process.setgid?.(UNPRIVILEGED);
  process.setuid?.(UNPRIVILEGED);
}

const path = process.argv[2] ?? '';
try {
  explainAccess(path, () => openFile(path, { cacheBytes: 1024 ** 2, minFreeBytes: 0, report: () => {} }));
  process.send?.('opened');
} catch (error) {
  process.send?.(error instanceof Error ? error.message : error);
}
// Keeps the process until it is killed.
setInterval(() => {}, 1_000);
