import { setTimeout as sleep } from 'node:timers/promises';
import { onAbort, type StoreReadOptions, throwIfAborted, wrapCalls } from '@event-tracker/core/store';
import type { aborting } from '../src/behaviours/aborting.ts';
import type { Mutation } from './mutations.ts';

type Read = <T>(work: (options?: StoreReadOptions) => Promise<T>, options: StoreReadOptions | undefined) => Promise<T>;

/** Makes reads in another way. */
const reading =
  (read: Read): Mutation =>
  (store) =>
    wrapCalls(store, (_, work, options) => read(work, options));

const ignoringSignals = reading((work) => work({}));

/** Runs reads one after another, and those that were aborted, too. */
function workingOn(): Mutation {
  let last: Promise<unknown> = Promise.resolve();
  return reading(async (work, options) => {
    const result = last.then(() => work({}));
    last = result.catch(() => {});
    return Promise.race([result, rejectionOf(options)]);
  });
}

/** Fails all running reads when one of them is aborted. */
function failingTogether(): Mutation {
  const running = new Set<(reason: unknown) => void>();
  return reading(async (work, options) => {
    const failed = Promise.withResolvers<never>();
    running.add(failed.reject);
    onAbort(options?.signal, (reason) => {
      for (const fail of running) fail(reason);
    });
    const result = sleep(10).then(() => work(options));
    return Promise.race([result, failed.promise]).finally(() => running.delete(failed.reject));
  });
}

function rejectionOf(options: StoreReadOptions | undefined): Promise<never> {
  return new Promise((_, reject) => {
    onAbort(options?.signal, reject);
  });
}

export const ABORTING_MUTANTS: Readonly<Record<keyof typeof aborting, Readonly<Record<string, Mutation>>>> = {
  'rejects a read whose signal is already aborted with the reason of the signal': {
    'ignores signals': ignoringSignals,
    'rejects with another error': reading(async (work, options) => {
      if (options?.signal?.aborted) throw new Error('aborted');
      return work(options);
    }),
  },
  'rejects a read promptly when its signal is aborted, with the reason of the signal': {
    'ignores signals': ignoringSignals,
    'looks at the signal only when the read has begun': reading(async (work, options) => {
      throwIfAborted(options?.signal);
      return work({});
    }),
    'rejects late': reading((work, options) =>
      work(options).catch(async (error: unknown) => {
        await sleep(1_000);
        throw error;
      }),
    ),
  },
  'serves other reads as before while reads are aborted': {
    'fails all running reads when one is aborted': failingTogether(),
  },
  'serves a client while another one has many reads that are long': {
    'serves reads in the order of the calls': workingOn(),
  },
  'stops working on aborted reads soon': { 'works on aborted reads': workingOn() },
};
