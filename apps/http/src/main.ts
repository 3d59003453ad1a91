#!/usr/bin/env node
import { runServer } from './process/run-server.ts';
import { readVersion } from './process/version.ts';

const [argument] = process.argv.slice(2);
if (argument === '--version') {
  process.stdout.write(`${readVersion()}\n`);
} else if (argument !== undefined) {
  process.stderr.write(`${argument}: unknown argument; settings are environment variables\n`);
  process.exitCode = 1;
} else {
  await runServer(process.env);
}
