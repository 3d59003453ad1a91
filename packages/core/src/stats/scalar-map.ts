import type { JsonScalar } from '../query/payload-condition.ts';

/**
 * A Map for up to a million JSON scalars. A large one consists of many parts, because a Map that doubles its capacity moves all
 * of its entries in one step, which would block the event loop.
 */
export interface ScalarMap<Value> {
  readonly size: number;
  get(key: JsonScalar): Value | undefined;
  set(key: JsonScalar, value: Value): void;
  keys(): Iterable<JsonScalar>;
  entries(): Iterable<readonly [JsonScalar, Value]>;
}

const MAX_UNDIVIDED = 8_192;
/** A power of two. */
const PARTS = 1_024;

export function createScalarMap<Value>(): ScalarMap<Value> {
  let parts = [new Map<JsonScalar, Value>()];
  let size = 0;

  function partOf(key: JsonScalar): Map<JsonScalar, Value> {
    return parts[parts.length === 1 ? 0 : hash(key) & (PARTS - 1)] as Map<JsonScalar, Value>;
  }

  function divide(): void {
    const entries = parts.flatMap((part) => [...part]);
    parts = Array.from({ length: PARTS }, () => new Map());
    for (const [key, value] of entries) partOf(key).set(key, value);
  }

  return {
    get size() {
      return size;
    },
    get: (key) => partOf(key).get(key),
    set: (key, value) => {
      const part = partOf(key);
      const before = part.size;
      part.set(key, value);
      size += part.size - before;
      if (size > MAX_UNDIVIDED && parts.length === 1) divide();
    },
    *keys() {
      for (const part of parts) yield* part.keys();
    },
    *entries() {
      for (const part of parts) yield* part;
    },
  };
}

function hash(key: JsonScalar): number {
  // The low bits of small integers are as good as any hash.
  if (typeof key === 'number' && Number.isInteger(key)) return key | 0;
  const text = String(key);
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
