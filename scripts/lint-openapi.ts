// Lints the OpenAPI document that the server returns: `npm run lint:openapi`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../apps/http/test/support/start-server.ts';

const RULES = [
  '--extends=recommended-strict',
  // No operation uses MethodNotAllowed: it is the response to every other method of a path.
  '--skip-rule=no-unused-components',
];
// No telemetry, and no request for newer versions.
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

const server = await startServer();
const document = await (await fetch(`${server.url}/openapi.json`)).text();
await server.stop();

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
const file = join(folder, 'openapi.json');
writeFileSync(file, document);
const { status, error } = spawnSync('redocly', ['lint', file, ...RULES], {
  env: { ...process.env, ...QUIET },
  stdio: 'inherit',
});
rmSync(folder, { recursive: true });
if (error) throw error;
process.exitCode = status ?? 1;
