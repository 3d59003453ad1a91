import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { shareRuns } from './shared-runs.ts';

const { signal } = new AbortController();

/** Work whose runs end only when the test ends them. */
function createWork() {
  const runs: (PromiseWithResolvers<string> & { readonly signal: AbortSignal })[] = [];
  const call = shareRuns((runSignal) => {
    const run = { ...Promise.withResolvers<string>(), signal: runSignal };
    runs.push(run);
    runSignal.addEventListener('abort', () => run.reject(runSignal.reason));
    return run.promise;
  });
  return { runs, call };
}

test('calls during a run share the next one', async () => {
  const { runs, call } = createWork();
  const first = call(signal);
  const others = [call(signal), call(signal), call(signal)];
  expect(runs).toHaveLength(1);
  runs[0]?.resolve('first');
  expect(await first).toBe('first');
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  const late = call(signal);
  runs[1]?.resolve('second');
  expect(await Promise.all(others)).toEqual(['second', 'second', 'second']);
  await vi.waitFor(() => expect(runs).toHaveLength(3));
  runs[2]?.resolve('third');
  expect(await late).toBe('third');
  await turn();
  void call(signal);
  expect(runs).toHaveLength(4);
});

test('a failure is that of the calls of its run', async () => {
  const { runs, call } = createWork();
  const first = call(signal);
  const second = call(signal);
  runs[0]?.reject(new Error('the store failed'));
  await expect(first).rejects.toThrow('the store failed');
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  runs[1]?.resolve('back');
  expect(await second).toBe('back');
});

test('a run ends when all of its callers have left', async () => {
  const { runs, call } = createWork();
  const controllers = [new AbortController(), new AbortController(), new AbortController()];
  const [first, second, third] = controllers.map((controller) => call(controller.signal));
  controllers[1]?.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  expect(runs[0]?.signal.aborted).toBe(false);
  controllers[0]?.abort(new Error('left, too'));
  await expect(first).rejects.toThrow('left, too');
  expect(runs[0]?.signal.aborted).toBe(true);
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  runs[1]?.resolve('done');
  expect(await third).toBe('done');
});

test('a run whose callers have all left before it does not begin', async () => {
  const { runs, call } = createWork();
  const first = call(signal);
  const controller = new AbortController();
  const second = call(controller.signal);
  controller.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  await expect(call(AbortSignal.abort(new Error('never came')))).rejects.toThrow('never came');
  const third = call(signal);
  runs[0]?.resolve('first');
  await first;
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  runs[1]?.resolve('second');
  expect(await third).toBe('second');
  await turn();
  expect(runs).toHaveLength(2);
});
