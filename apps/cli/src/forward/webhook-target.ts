import { describeFetchError } from '@event-tracker/client';
import type { Event } from '@event-tracker/core';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { createInputError } from '../command-line/input-error.ts';
import type { Target } from './target.ts';
import { signMessage } from './webhook-signature.ts';

/** Each event is a request, so a page has few. */
const PAGE_SIZE = 50;
const TIMEOUT_MS = 30_000;
/** Statuses with which a receiver refuses this event, and could accept another one. */
const REFUSING_STATUSES: readonly number[] = [400, 409, 413, 415, 422];
/** Statuses with which a receiver asks to come back later, in addition to 5xx. */
const LATER_STATUSES: readonly number[] = [408, 425, 429];

/** Sends each event to a URL, signed as Standard Webhooks defines it. The id of a message is that of its event. */
export function createWebhookTarget(url: string, key: Buffer): Target {
  async function post(event: Event): Promise<number> {
    const body = JSON.stringify(event);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...signMessage(key, event.id, body, Date.now()) },
        body,
        redirect: 'manual', // fetch would repeat a POST as a GET
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel(); // not needed, and a long one would keep the connection
      return response.status;
    } catch (cause) {
      throw createStoreUnavailableError(`the webhook cannot be reached: ${describeFetchError(cause)}`, { cause });
    }
  }

  return {
    pageSize: PAGE_SIZE,
    batchSize: 1,
    deliver: async (events, onRefused) => {
      for (const event of events) {
        const status = await post(event);
        if (status >= 200 && status < 300) continue;
        const problem = `the webhook responded with status ${status}`;
        if (REFUSING_STATUSES.includes(status)) onRefused(event, problem);
        else if (status >= 500 || LATER_STATUSES.includes(status)) throw createStoreUnavailableError(problem);
        else throw createInputError(`${problem}, which is not about this event alone`);
      }
    },
  };
}
