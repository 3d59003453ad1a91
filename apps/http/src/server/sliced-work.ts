import { beginTimeSlice } from '@event-tracker/core/store';

/**
 * Returns a queue that runs work in order and asynchronously, in slices of a few milliseconds, between which other requests
 * are served.
 */
export function createSlicedWork(): (work: () => void) => void {
  let waiting: (() => void)[] = [];

  async function workOff(): Promise<void> {
    const slice = beginTimeSlice();
    await slice.next();
    for (const work of waiting) {
      work();
      if (slice.isOver()) await slice.next();
    }
    waiting = [];
  }

  return (work) => {
    waiting.push(work);
    if (waiting.length === 1) void workOff();
  };
}
