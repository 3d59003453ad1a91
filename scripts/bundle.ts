// Makes a folder that stands alone, for images: `node scripts/bundle.ts FOLDER`. The server and all that it uses are a few
// files there, which Node loads in half the time that it takes for hundreds, and for the threads of SQLite twice more.

import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const HTTP = join(ROOT, 'apps/http');
const SQLITE = join(ROOT, 'packages/adapters-sqlite/src');
/** Read beside the code, when somebody asks for the docs page. */
const SWAGGER_UI = ['package.json', 'LICENSE', 'NOTICE', 'swagger-ui.css', 'swagger-ui-bundle.js'];

/** Makes the folder; what starts the server is `dist/main.js` in it. */
export async function bundleServer(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: {
      main: join(HTTP, 'src/main.ts'),
      'back-up': join(HTTP, 'src/process/back-up.ts'),
      'make-key': join(HTTP, 'src/auth/make-key.ts'),
      // Threads are found by their names, beside the file that starts them.
      'server/threads/writer-thread': join(SQLITE, 'threads/writer-thread.ts'),
      'server/threads/reader-thread': join(SQLITE, 'threads/reader-thread.ts'),
    },
    platform: 'node',
    resolve: { conditionNames: ['x-src', 'node'] },
    external: ['pg-native', 'swagger-ui-dist'], // the first is what pg would use if it were there
  });
  // As in the source, package.json is one level above main.js.
  await bundle.write({ dir: join(folder, 'dist'), format: 'esm', chunkFileNames: 'server/[name]-[hash].js' });
  await bundle.close();

  cpSync(join(HTTP, 'package.json'), join(folder, 'package.json'));
  const source = dirname(createRequire(join(HTTP, 'package.json')).resolve('swagger-ui-dist/package.json'));
  const copy = join(folder, 'node_modules/swagger-ui-dist');
  mkdirSync(copy, { recursive: true });
  for (const file of SWAGGER_UI) cpSync(join(source, file), join(copy, file));
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('usage: node scripts/bundle.ts FOLDER');
  await bundleServer(resolve(folder));
}
