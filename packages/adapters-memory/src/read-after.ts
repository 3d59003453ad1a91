import { type Arrival, type ArrivalRequest, checkSequence } from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';

/** Returns the next events in arrival order whose sequence is at most `committed`: the port's `readAfter`. */
export function readAfter(contents: Contents, { after, limit }: ArrivalRequest, committed: number): readonly Arrival[] {
  checkSequence(after, BigInt(committed));
  const found = contents.arrivals.read(Number(after), committed, limit);
  return found.map(({ event, sequence }) => ({ event, sequence: BigInt(sequence) }));
}
