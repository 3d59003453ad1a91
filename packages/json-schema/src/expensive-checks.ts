import { Worker } from 'node:worker_threads';
import type { JsonObject } from '@event-tracker/core';
import { createOverloadedError, type SchemaProblem } from '@event-tracker/core/schemas';
import { inheritedOptions } from './threads/inherited-options.ts';
import { threadFile } from './threads/thread-file.ts';

/** A schema as code. */
export interface NamedCode {
  readonly name: string;
  readonly code: string;
}

export interface CheckRequest {
  readonly name: string;
  readonly payload: JsonObject;
  readonly units: number;
}

export type CheckReply = readonly SchemaProblem[] | 'exhausted';

/** Checks payloads in a separate thread, one after the other. */
export interface ExpensiveChecks {
  /** @throws OverloadedError if too many checks are waiting */
  check(request: CheckRequest): Promise<CheckReply>;
  /** Ends the thread after the checks that are waiting. */
  close(): void;
}

/** Greatest number of checks that wait for the thread. */
const MAX_WAITING = 20;
/** Greatest duration of a check. Its budget ends it much earlier, unless the machine is overloaded. */
const CHECK_TIMEOUT_MS = 30_000;

/** Creates the checks of a set of schemas. The thread starts with the first check. */
export function createExpensiveChecks(
  codes: readonly NamedCode[],
  timeoutMs: number = CHECK_TIMEOUT_MS,
): ExpensiveChecks {
  let worker: Worker | undefined;
  let waiting = 0;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  async function run(request: CheckRequest): Promise<CheckReply> {
    const file = threadFile('./threads/check-thread', import.meta.url);
    worker ??= new Worker(file, { ...inheritedOptions(), workerData: codes });
    const { promise, resolve, reject } = Promise.withResolvers<CheckReply>();
    const timer = setTimeout(() => resolve('exhausted'), timeoutMs);
    worker.once('message', resolve).once('error', reject).ref();
    worker.postMessage(request);
    let reply: CheckReply | undefined;
    try {
      reply = await promise;
      return reply;
    } finally {
      clearTimeout(timer);
      worker.off('message', resolve).off('error', reject).unref(); // an idle thread does not keep the process alive
      if (reply === undefined || reply === 'exhausted') end(); // it failed, or is still busy
    }
  }

  function end(): void {
    void worker?.terminate();
    worker = undefined;
  }

  return {
    check: async (request) => {
      if (waiting >= MAX_WAITING)
        throw createOverloadedError('too many payloads that are expensive to check are waiting', {
          retryAfterMs: 1_000,
        });
      waiting++;
      const checked = last.then(() => run(request));
      last = checked.catch(() => {});
      try {
        return await checked;
      } finally {
        waiting--;
        if (isClosed && waiting === 0) end();
      }
    },
    close: () => {
      isClosed = true;
      if (waiting === 0) end();
    },
  };
}
