/** The time until a failed step is tried again. */
const RETRY_MS = 10_000;

/**
 * Repeats a short step until it returns true, or until it is stopped. Between two steps, the thread is free for other work for
 * at least the duration of a step.
 *
 * @param step tried again later if it throws, for example because the disk is full
 */
export function repeatStep(step: () => boolean): { readonly stop: () => void } {
  function run(): void {
    const begunAt = performance.now();
    let pauseMs: number;
    try {
      if (step()) return;
      pauseMs = performance.now() - begunAt;
    } catch {
      // Changes of callers fail for the same reason, and report it.
      pauseMs = RETRY_MS;
    }
    timer = setTimeout(run, pauseMs);
  }

  let timer = setTimeout(run, 0);
  return { stop: () => clearTimeout(timer) };
}
