/** A run of work for several callers. */
interface Run<Result> {
  begin(): Promise<void>;
  /** Adds a caller. The run is aborted when the signals of all callers are. */
  join(signal: AbortSignal): Promise<Result>;
  isAborted(): boolean;
}

/**
 * Returns a function whose concurrent calls share runs of the same work. A call never joins a run that began before it, so that
 * its result includes everything that happened before the call: during a run, all new calls wait for the next one.
 * A call rejects with the reason of its signal when it is aborted.
 */
export function shareRuns<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): (signal: AbortSignal) => Promise<Result> {
  let next: Run<Result> | undefined;
  let isRunning = false;

  async function beginNext(): Promise<void> {
    isRunning = true;
    for (let run = next; run; run = next) {
      next = undefined;
      await run.begin();
    }
    isRunning = false;
  }

  return (signal) => {
    if (!next || next.isAborted()) next = createRun(work);
    const result = next.join(signal);
    if (!isRunning) void beginNext();
    return result;
  };
}

function createRun<Result>(work: (signal: AbortSignal) => Promise<Result>): Run<Result> {
  const controller = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let callers = 0;
  return {
    begin: async () => {
      try {
        controller.signal.throwIfAborted();
        resolve(await work(controller.signal));
      } catch (error) {
        reject(error);
      }
    },
    join: (signal) =>
      new Promise((resolveCall, rejectCall) => {
        callers++;
        promise.then(resolveCall, rejectCall);
        const leave = (): void => {
          rejectCall(signal.reason);
          callers--;
          if (callers === 0) controller.abort(signal.reason);
        };
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave);
      }),
    isAborted: () => controller.signal.aborted,
  };
}
