/** Runs one task at a time, in the order of the calls. A task that fails does not stop the next one. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => {}); // the caller receives the error; the next task runs
    return result;
  };
}
