import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../apps/http/test/support/documents.ts';

/** What Node's images have in addition to Debian. */
const BASE_IMAGE = [
  'opt/yarn-v1.22.22/bin/yarn',
  'usr/local/bin/corepack',
  'usr/local/bin/docker-entrypoint.sh',
  'usr/local/bin/node',
  'usr/local/bin/npm',
  'usr/local/bin/npx',
  'usr/local/bin/yarn',
  'usr/local/bin/yarnpkg',
  'usr/local/lib/node_modules/corepack/package.json',
  'usr/local/lib/node_modules/npm/package.json',
];

test('the last stage of the Dockerfile deletes the package managers of its base image', () => {
  const stages = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split(/^FROM /m);
  const [, paths = ''] = /rm -rf (\/.+)$/m.exec(stages.at(-1) ?? '') ?? [];
  const image = mkdtempSync(join(tmpdir(), 'event-tracker-image-'));
  try {
    for (const file of BASE_IMAGE) {
      mkdirSync(join(image, dirname(file)), { recursive: true });
      writeFileSync(join(image, file), '');
    }
    const inImage = paths.split(' ').map((path) => `${image}${path}`);
    execFileSync('sh', ['-c', `rm -rf ${inImage.join(' ')}`]);
    const left = globSync('**/*', { cwd: image, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name).sort()).toEqual(['docker-entrypoint.sh', 'node']);
  } finally {
    rmSync(image, { recursive: true });
  }
});
