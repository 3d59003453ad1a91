/**
 * Binary search: returns the number of indexes from 0 to `length` - 1 for which a condition holds. If it holds for an index, it
 * must hold for all lower ones.
 */
export function countWhile(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
