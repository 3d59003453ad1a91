import { setImmediate } from 'node:timers/promises';

/** Repeats checks until some work is done, and runs each once more afterwards. */
export async function whileRunning(work: Promise<unknown>, ...checks: readonly (() => Promise<void>)[]): Promise<void> {
  let running = true;
  const end = work.finally(() => {
    running = false;
  });
  const runChecks = async (): Promise<void> => {
    for (const check of checks) {
      await check();
      // A store in memory may respond without yielding to the event loop, which the work needs to continue: it would exceed its
      // deadlines if all checks ran in one turn.
      await setImmediate();
    }
  };
  // Both promises are awaited, so that neither rejection is unhandled.
  const repeated = (async () => {
    while (running) await runChecks();
    await runChecks();
  })();
  await Promise.all([end, repeated]);
}
