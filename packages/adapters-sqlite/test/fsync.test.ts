import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const COMMITS = 50;

const folder = useTemporaryFolder();
const hasStrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;

test.skipIf(!hasStrace)(
  'syncs each commit to disk before acknowledging it (requires strace)',
  { timeout: 60_000 },
  async () => {
    const trace = join(folder, 'trace');
    const strace = ['strace', '-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o', trace];
    const child = runChild('commit.ts', [join(folder, 'events.sqlite'), String(COMMITS)], strace);
    expect((await once(child, 'exit'))[0]).toBe(0);
    const syncs = readFileSync(trace, 'utf8').match(/f(data)?sync\(/g)?.length;
    expect(syncs).toBeGreaterThanOrEqual(COMMITS);
  },
);
