#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before the other modules are loaded, so that their code is taken from the cache.
enableCompileCache();
const { runProgram } = await import('./program.ts');
await runProgram(process.argv);
