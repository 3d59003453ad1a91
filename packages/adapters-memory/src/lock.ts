/** Runs one task at a time, in the order in which they came. A task that fails lets the next one in all the same. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let isHeld = false;
  const waiting: (() => void)[] = [];

  function letNextIn(): void {
    const letIn = waiting.shift();
    // Who comes next holds it from now on: nobody can slip in between.
    if (letIn) letIn();
    else isHeld = false;
  }

  return (task) => {
    const turn = isHeld ? new Promise<void>((resolve) => waiting.push(resolve)) : undefined;
    isHeld = true;
    const work = turn === undefined ? task() : turn.then(task);
    work.then(letNextIn, letNextIn);
    return work;
  };
}
