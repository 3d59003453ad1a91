/** How long the result of a readiness check is reused: anyone can ask for it, any number of times. */
const MAX_AGE_MS = 1_000;

/** Runs a check, but not again within a second: until then its result, success or failure, counts. */
export function cacheCheck(check: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  let checkedAt = 0;
  return () => {
    if (result && performance.now() - checkedAt < MAX_AGE_MS) return result;
    checkedAt = performance.now();
    result = check();
    return result;
  };
}
