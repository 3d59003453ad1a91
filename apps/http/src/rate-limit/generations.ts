/** A map of bounded size that drops entries that were not used recently. */
export interface Generations<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Whether there was something to delete. */
  delete(key: string): boolean;
}

/**
 * Makes a map of at most `maxSize` entries. It forgets by halves: once the younger one is full it becomes the older one,
 * and of that only what is asked for goes over. To delete the oldest entry of one large Map each time would cost a
 * thousand times as much: it has to be found behind the gaps of those that went before.
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
