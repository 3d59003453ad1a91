import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/documents.ts';

/*
 * glibc keeps freed blocks that are smaller than a threshold, which it raises to 32 MiB on its own: after large requests the
 * process kept 440 MB. With a fixed threshold, large blocks are returned to the system when they are freed.
 */
const SETTING = 'MALLOC_MMAP_THRESHOLD_=32768';

test.each(['package.json', 'Dockerfile', 'apps/http/deploy/event-tracker.service'])(
  '%s starts the server with the memory setting',
  (file) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(SETTING);
  },
);
