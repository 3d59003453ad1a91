import { beginTimeSlice } from '@event-tracker/core/store';

/**
 * Makes what does work in the order in which it comes, soon but not at once: a few milliseconds of it at a time, between
 * which others are served.
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
