/** Runs one task at a time, in the order of the calls. A task that fails does not stop the next one. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let isHeld = false;
  const waiting: (() => void)[] = [];

  function release(): void {
    const startNext = waiting.shift();
    // The lock stays held if a task waits, so that a new call cannot overtake it.
    if (startNext) startNext();
    else isHeld = false;
  }

  return (task) => {
    const turn = isHeld ? new Promise<void>((resolve) => waiting.push(resolve)) : undefined;
    isHeld = true;
    const work = turn === undefined ? task() : turn.then(task);
    work.then(release, release);
    return work;
  };
}
