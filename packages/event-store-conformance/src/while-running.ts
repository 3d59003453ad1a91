import { setImmediate } from 'node:timers/promises';

/** Runs a check over and over until some work is done, and once more. */
export async function whileRunning(work: Promise<unknown>, check: () => Promise<void>): Promise<void> {
  let running = true;
  const end = work.finally(() => {
    running = false;
  });
  // Whether the work or a check fails first, the other is not left behind.
  const checks = (async () => {
    while (running) {
      await check();
      // A store in memory may answer without ever going through the event loop, which the work needs to go on.
      await setImmediate();
    }
    await check();
  })();
  await Promise.all([end, checks]);
}
