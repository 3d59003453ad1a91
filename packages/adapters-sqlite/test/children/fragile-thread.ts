// A thread that waits, blocks, works in slices, fails or dies on request.
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Served, serveCalls } from '../../src/threads/serve-calls.ts';

export type FragileCalls = {
  readonly echo: (value: unknown) => unknown;
  readonly wait: (ms: number) => Promise<string>;
  readonly block: (ms: number) => string;
  /** Works in slices of some milliseconds, and counts them. */
  readonly work: (slices: {
    readonly counter: Int32Array;
    readonly ms: number;
    readonly count: number;
  }) => Promise<void>;
  /** Returns the counter, as one of the short calls. */
  readonly get: (counter: Int32Array) => number;
  readonly die: (_: undefined) => never;
  readonly fail: (message: string) => never;
};

serveCalls((problem: string | undefined): Served<FragileCalls> => {
  if (problem !== undefined) throw new Error(problem);
  return {
    calls: {
      echo: (value) => value,
      wait: (ms) => sleep(ms, 'waited'),
      block: (ms) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
        return 'blocked';
      },
      work: async ({ counter, ms, count }) => {
        for (let slice = 0; slice < count; slice++) {
          for (const until = performance.now() + ms; performance.now() < until; );
          Atomics.add(counter, 0, 1);
          await setImmediate();
        }
      },
      get: (counter) => Atomics.load(counter, 0),
      die: () => process.exit(3),
      fail: (message) => {
        throw new RangeError(message);
      },
    },
    close: () => {},
  };
});
