// A thread that opens in steps, and reports each.
import { serveCalls } from '../../src/threads/serve-calls.ts';

export interface SlowOpening {
  readonly steps: number;
  readonly stepMs: number;
}

serveCalls(({ steps, stepMs }: SlowOpening, report: (step: number) => void) => {
  for (let step = 1; step <= steps; step++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stepMs);
    report(step);
  }
  return { calls: {}, close: () => {} };
});
