import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newTemporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** What the image does to get its folder `/app`, in the Dockerfile's own words. */
const INSTRUCTION = /^RUN (pnpm .*deploy[\s\S]*?[^\\])$/m;
const PNPM = /npm install --global --ignore-scripts (pnpm@[\d.]+)/;

let made: string | undefined;

/** The folder that the image runs the server from, made as the Dockerfile makes it. */
export function appFolder(): string {
  made ??= makeAppFolder();
  return made;
}

function makeAppFolder(): string {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const [, deploy] = INSTRUCTION.exec(dockerfile) ?? [];
  const [, pnpm] = PNPM.exec(dockerfile) ?? [];
  if (deploy === undefined || pnpm === undefined) throw new Error('the Dockerfile makes its folder in another way now');
  const folder = join(newTemporaryFolder(), 'app');
  const script = `set -e; pnpm() { npx -y ${pnpm} "$@"; }; pnpm exec tsc -b apps/http; ${deploy.replaceAll('/app', folder)}`;
  execFileSync('sh', ['-c', script], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}
