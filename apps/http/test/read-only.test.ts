import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { KEY } from './support/keys.ts';
import { sendMixedLoad } from './support/mixed-load.ts';
import { SOURCE, startServer } from './support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-read-only-'));
chmodSync(folder, 0o755); // for the server, which runs as another user
afterAll(() => rmSync(folder, { recursive: true }));
const DATA = join(folder, 'data');

/**
 * Runs a command as a container runs it with `--read-only --cap-drop all --security-opt no-new-privileges`, without its
 * image.
 */
const CONTAINED = [
  ...['unshare', '--mount', '--propagation', 'private', 'sh', '-ec'],
  `mkdir -p ${DATA}
  mount -t tmpfs -o mode=700,uid=1000,gid=1000 tmpfs ${DATA}
  mount -o remount,bind,ro /
  for folder in ${import.meta.dirname} ${tmpdir()}; do
    if touch "$folder/written" 2> /dev/null; then exit 1; fi
  done
  exec setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`,
  'contained',
];
const [command = '', ...args] = [...CONTAINED, process.execPath, '--version'];
const canContain = spawnSync(command, args).status === 0;

describe.skipIf(!canContain)('in a read-only container (requires the right to mount)', () => {
  test('the server writes only to the folder of its store, and needs no privileges', async () => {
    const server = await startServer({
      entry: SOURCE,
      within: CONTAINED,
      folder: '/',
      env: { EVENT_STORE: `sqlite:${join(DATA, 'events.sqlite')}`, API_KEYS: KEY.admin.line, RETENTION_DAYS: '100000' },
    });
    for (let i = 0; i < 3; i++) await sendMixedLoad(server.url);
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  });

  test.skipIf(IS_QUICK)('a store in another folder fails with one line', async () => {
    const env = { EVENT_STORE: `sqlite:${join(folder, 'events.sqlite')}` };
    const starting = startServer({ entry: SOURCE, within: CONTAINED, folder: '/', env });
    await expect(starting).rejects.toThrow(/^the server ended with 1: EVENT_STORE: [^\n]+\n$/);
  });
});
