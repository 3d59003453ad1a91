import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { newTemporaryFolder } from './temporary-folder.ts';

const BUNDLE = join(import.meta.dirname, '../../../scripts/bundle.ts');

let made: string | undefined;

/** Returns the folder from which the image runs the server, created as the Dockerfile creates it. */
export function appFolder(): string {
  made ??= makeAppFolder();
  return made;
}

function makeAppFolder(): string {
  const folder = join(newTemporaryFolder(), 'app');
  execFileSync(process.execPath, [BUNDLE, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}
