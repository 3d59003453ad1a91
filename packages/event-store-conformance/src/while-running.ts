import { setImmediate } from 'node:timers/promises';

/** Repeats a check until some work is done, and runs it once more afterwards. */
export async function whileRunning(work: Promise<unknown>, check: () => Promise<void>): Promise<void> {
  let running = true;
  const end = work.finally(() => {
    running = false;
  });
  // Both promises are awaited, so that neither rejection is unhandled.
  const checks = (async () => {
    while (running) {
      await check();
      // A store in memory may respond without yielding to the event loop, which the work needs to continue.
      await setImmediate();
    }
    await check();
  })();
  await Promise.all([end, checks]);
}
