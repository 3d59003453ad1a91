// A thread that waits, blocks, fails or dies on request.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Served, serveCalls } from '../../src/threads/serve-calls.ts';

export type FragileCalls = {
  readonly echo: (value: unknown) => unknown;
  readonly wait: (ms: number) => Promise<string>;
  readonly block: (ms: number) => string;
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
      die: () => process.exit(3),
      fail: (message) => {
        throw new RangeError(message);
      },
    },
    close: () => {},
  };
});
