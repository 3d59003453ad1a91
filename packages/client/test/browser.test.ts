import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';
import { expect, test } from 'vitest';

// Bundles the package like a page that uses it.

/** Each door with its greatest size, minified and compressed, without core. The door for browsers includes idb-keyval. */
const DOORS = [
  ['../src/index.ts', 8_000],
  ['../src/browser/index.ts', 8_192],
  ['../src/read/index.ts', 5_000],
] as const;

test.each(DOORS)('%s bundles for a browser without modules of Node', async (door) => {
  const { imports, code } = await bundle({ door });
  expect(imports).toEqual([]);
  const named = [...code.matchAll(/\b(?:require|import)\(?\s*["']([^"']+)["']/g)].map(([, name = '']) => name);
  expect(named.filter((name) => name.startsWith('node:') || builtinModules.includes(name))).toEqual([]);
});

test.each(DOORS)('%s has less than %i bytes', async (door, maxBytes) => {
  const { code } = await bundle({ door, external: [/^@event-tracker\/core/, /^valibot$/], minify: true });
  const bytes = gzipSync(code).length;
  expect(bytes).toBeLessThan(maxBytes);
  expect(bytes, 'is measured').toBeGreaterThan(maxBytes / 2);
});

test('requires of a runtime what is common to all, and not the DOM', async () => {
  const { code } = await bundle({ format: 'iife' });
  const requested: string[] = [];
  const response = new Response('[{"event_type":"login","count":1,"first":"","last":""}]\n');
  const realm = {
    URL,
    AbortController,
    TextDecoder,
    TextEncoder,
    crypto,
    setTimeout,
    clearTimeout,
    fetch: async (url: string) => {
      requested.push(url);
      return response;
    },
  };
  const types: unknown = await runInNewContext(
    `${code}; client.createEventTrackerClient({ url: 'http://tracker.example/' }).eventTypes()`,
    realm,
  );
  expect(types).toMatchObject([{ event_type: 'login', count: 1 }]);
  expect(requested).toEqual(['http://tracker.example/event-types']);
});

async function bundle({
  door = '../src/index.ts',
  format = 'esm',
  minify = false,
  external = [],
}: {
  readonly door?: string;
  readonly format?: 'esm' | 'iife';
  readonly minify?: boolean;
  readonly external?: RegExp[];
} = {}): Promise<OutputChunk> {
  const built = await rolldown({
    input: join(import.meta.dirname, door),
    platform: 'browser',
    external,
    resolve: { conditionNames: ['x-src', 'browser', 'import'] },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message); // such as an import that is not found
    },
  });
  const { output } = await built.generate({ format, name: 'client', minify, codeSplitting: false });
  await built.close();
  expect(output).toHaveLength(1);
  return output[0];
}
