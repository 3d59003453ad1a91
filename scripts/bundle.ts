// Bundles the server and its dependencies for images: `node scripts/bundle.ts FOLDER`. Node, and each thread of the SQLite store,
// loads these few files in half the time of the hundreds of files of the source.

import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { buildSite } from '../apps/page/build.ts';

const ROOT = join(import.meta.dirname, '..');
const HTTP = join(ROOT, 'apps/http');
const JSON_SCHEMA = join(ROOT, 'packages/json-schema/src');
const SQLITE = join(ROOT, 'packages/adapters-sqlite/src');

/** Writes the bundle to a folder. `dist/main.js` starts the server. */
export async function bundleServer(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: {
      main: join(HTTP, 'src/main.ts'),
      'back-up': join(HTTP, 'src/process/back-up.ts'),
      'make-key': join(HTTP, 'src/auth/make-key.ts'),
      // Threads are found by name, next to the file that starts them.
      'server/threads/writer-thread': join(SQLITE, 'threads/writer-thread.ts'),
      'server/threads/reader-thread': join(SQLITE, 'threads/reader-thread.ts'),
      ...schemaThreadsIn('server'),
    },
    platform: 'node',
    resolve: { conditionNames: ['x-src', 'node'] },
    external: ['pg-native'], // pg uses pg-native if it is installed
  });
  await bundle.write({ dir: join(folder, 'dist'), format: 'esm', chunkFileNames: 'server/[name]-[hash].js' });
  await bundle.close();

  cpSync(join(HTTP, 'package.json'), join(folder, 'package.json')); // whose `imports` name the files for browsers
  await buildSite(join(folder, 'site'));
}

/** Returns the threads of json-schema, whose code is bundled into a folder, as inputs of the bundle. */
export function schemaThreadsIn(folder: string): Readonly<Record<string, string>> {
  const names = ['compile-thread', 'check-thread'];
  return Object.fromEntries(
    names.map((name) => [join(folder, 'threads', name), join(JSON_SCHEMA, 'threads', `${name}.ts`)]),
  );
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('usage: node scripts/bundle.ts FOLDER');
  await bundleServer(resolve(folder));
}
