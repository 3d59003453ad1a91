import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { type OutputChunk, rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';

// Bundles the package like a client. Its tsconfig.json has neither the types of Node nor those of the DOM.

const DOORS = { contract: '../src/index.ts', openapi: '../src/openapi/index.ts' };

describe.each(Object.entries(DOORS))('%s', (_, door) => {
  test('bundles for a browser without modules of Node', async () => {
    const { imports, code } = await bundleForBrowser(join(import.meta.dirname, door));
    expect(imports).toEqual([]);
    const named = [...code.matchAll(/\b(?:require|import)\(?\s*["']([^"']+)["']/g)].map(([, name = '']) => name);
    expect(named.filter((name) => name.startsWith('node:') || builtinModules.includes(name))).toEqual([]);
  });
});

test('runs in a realm without the globals of Node and the DOM', async () => {
  const { code } = await bundleForBrowser(join(import.meta.dirname, DOORS.contract), 'iife');
  // A fresh realm has no process, no URL, no TextEncoder, no fetch and no document.
  const query = runInNewContext(`${code}; contract.buildEventQueryString({ event_type: 'a b', limit: 2 })`);
  expect(query).toBe('event_type=a%20b&limit=2');
});

async function bundleForBrowser(input: string, format: 'esm' | 'iife' = 'esm'): Promise<OutputChunk> {
  const bundle = await rolldown({
    input,
    platform: 'browser',
    resolve: { conditionNames: ['x-src', 'browser', 'import'] },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message); // such as an import that is not found
    },
  });
  const { output } = await bundle.generate({ format, name: 'contract', codeSplitting: false });
  await bundle.close();
  expect(output).toHaveLength(1);
  return output[0];
}
