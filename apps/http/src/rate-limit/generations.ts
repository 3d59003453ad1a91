/** A map of bounded size that drops entries that were not used recently. */
export interface Generations<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Deletes an entry. Returns true if it existed. */
  delete(key: string): boolean;
}

/**
 * Creates a map of at most `maxSize` entries, in two halves. When the younger half is full, it replaces the older half, whose
 * entries are dropped unless they were read since. Deleting the oldest entry of one large Map each time would cost a thousand
 * times as much, because a Map finds its first entry by skipping the deleted ones.
 */
export function createGenerations<Value>(maxSize: number): Generations<Value> {
  let younger = new Map<string, Value>();
  let older = new Map<string, Value>();

  function set(key: string, value: Value): void {
    if (younger.size >= maxSize / 2 && !younger.has(key)) {
      older = younger;
      younger = new Map();
    }
    younger.set(key, value);
  }

  return {
    get: (key) => {
      const young = younger.get(key);
      if (young !== undefined) return young;
      const old = older.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
    set,
    delete: (key) => {
      const wasYoung = younger.delete(key);
      return older.delete(key) || wasYoung;
    },
  };
}
