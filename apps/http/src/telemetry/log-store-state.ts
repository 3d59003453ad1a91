import { isStoreFullError, isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { type EventStorePort, type StoreCall, wrapCalls } from '@event-tracker/core/store';
import type { Log } from './log.ts';

/** What fails and succeeds together: on a full disk, for example, appends fail while everything else succeeds. */
type Task = 'appends' | 'deletions' | 'the readiness check' | 'reads';

const TASKS: Readonly<Partial<Record<StoreCall, Task>>> = {
  append: 'appends',
  delete: 'deletions',
  ping: 'the readiness check',
};

/** Wraps a store, so that it logs one line for each task when it becomes unavailable, and one when it is available again. */
export function logStoreState(store: EventStorePort, log: Pick<Log, 'warn' | 'info'>): EventStorePort {
  const awaySince = new Map<Task, number>();

  function failed(task: Task, error: unknown): void {
    if (!isUnavailable(task, error) || awaySince.has(task)) return;
    awaySince.set(task, performance.now());
    log.warn(`the store is unavailable: ${task}: ${error.message}`);
  }

  function succeeded(task: Task): void {
    const since = awaySince.get(task);
    if (since === undefined) return;
    awaySince.delete(task);
    log.info(`the store is available again: ${task} succeed after ${Math.ceil((performance.now() - since) / 1_000)} s`);
  }

  return wrapCalls(store, (call, work) => {
    const task = TASKS[call] ?? 'reads';
    const result = work();
    // In addition to the caller's own chain, which does not wait for it.
    result.then(
      () => succeeded(task),
      (error: unknown) => failed(task, error),
    );
    return result;
  });
}

/** A read that timed out may just have been too large. */
function isUnavailable(task: Task, error: unknown): error is Error {
  if (isStoreTimeoutError(error)) return task !== 'reads';
  return isStoreUnavailableError(error) || isStoreFullError(error);
}
