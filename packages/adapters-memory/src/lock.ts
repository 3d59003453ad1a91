/** Runs one task at a time, in the order in which they came. A task that fails lets the next one in all the same. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let isHeld = false;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
    isHeld = true;
    try {
      return await task();
    } finally {
      const letIn = waiting.shift();
      // Who comes next holds it from now on: nobody can slip in between.
      if (letIn) letIn();
      else isHeld = false;
    }
  };
}
