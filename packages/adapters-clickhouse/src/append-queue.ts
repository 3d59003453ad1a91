import type { AppendResult, Event } from '@event-tracker/core';
import type { Outcome } from './decide-appends.ts';
import type { Lock } from './lock.ts';

/** A call that waits for its turn. */
interface WaitingCall {
  readonly events: readonly Event[];
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Has the calls that wait for a lock done together, each with an outcome of its own. It is the group commit that brings
 * them: where one call of a group is refused, it tries all that may be at fault again, each alone but at once.
 */
export function createAppendQueue(
  lock: Lock,
  append: (calls: readonly (readonly Event[])[]) => Promise<readonly Outcome[]>,
): (events: readonly Event[]) => Promise<readonly AppendResult[]> {
  let waiting: WaitingCall[] = [];

  async function appendWaiting(): Promise<void> {
    const calls = waiting;
    waiting = [];
    if (calls.length === 0) return; // those before have been taken along
    try {
      const outcomes = await append(calls.map(({ events }) => events));
      for (const [index, { resolve, reject }] of calls.entries()) {
        const outcome = outcomes[index];
        if (outcome && 'results' in outcome) resolve(outcome.results);
        else reject(outcome?.error);
      }
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }

  return (events) =>
    new Promise((resolve, reject) => {
      waiting.push({ events, resolve, reject });
      void lock(appendWaiting);
    });
}
