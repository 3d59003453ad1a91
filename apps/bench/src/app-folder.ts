import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { newTemporaryFolder } from './temporary-folder.ts';

const BUNDLE = join(import.meta.dirname, '../../../scripts/bundle.ts');

let made: string | undefined;

/** The folder that the image runs the server from, made as the Dockerfile makes it. */
export function appFolder(): string {
  made ??= makeAppFolder();
  return made;
}

function makeAppFolder(): string {
  const folder = join(newTemporaryFolder(), 'app');
  execFileSync(process.execPath, [BUNDLE, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}
