/** Runs one task at a time, in the order in which they came. A task that fails lets the next one in all the same. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => {}); // its caller is told; the queue goes on
    return result;
  };
}
