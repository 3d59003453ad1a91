import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestKey } from './keys.ts';
import { bearer } from './keys.ts';

/** Clients that submit events of a type until they are stopped. Each repeats an event until it is acknowledged. */
export interface SteadyLoad {
  /** The ids of all sent events. After the stop, all are acknowledged. */
  readonly sent: ReadonlySet<string>;
  readonly acknowledged: ReadonlySet<string>;
  /** Failed attempts: the status, or the reason why there was no response. */
  readonly failures: readonly string[];
  /** Waits until a number of further events are acknowledged. */
  acknowledge(events: number): Promise<void>;
  stop(): Promise<void>;
}

const PAUSE_MS = 10;
const RETRY_AFTER_MS = 50;

/**
 * @param urlOf returns the URL of the next request
 * @param keys a key for each client
 */
export function startSteadyLoad(eventType: string, urlOf: () => string, keys: readonly TestKey[]): SteadyLoad {
  const sent = new Set<string>();
  const acknowledged = new Set<string>();
  const failures: string[] = [];
  let isRunning = true;

  async function submit(key: TestKey, events: readonly object[]): Promise<boolean> {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...bearer(key) },
      body: JSON.stringify(events.length === 1 ? events[0] : events),
      signal: AbortSignal.timeout(20_000),
    };
    try {
      const response = await fetch(`${urlOf()}/events`, init);
      await response.text();
      if (response.ok) return true;
      failures.push(String(response.status));
    } catch (error) {
      failures.push(reasonOf(error));
    }
    return false;
  }

  async function runClient(key: TestKey): Promise<void> {
    for (let n = 0; isRunning; n++) {
      const events = Array.from({ length: n % 5 === 0 ? 10 : 1 }, () => ({
        id: randomUUID(),
        event_type: eventType,
        timestamp: new Date().toISOString(),
        payload: { n },
      }));
      for (const { id } of events) sent.add(id);
      while (!(await submit(key, events))) await sleep(RETRY_AFTER_MS);
      for (const { id } of events) acknowledged.add(id);
      await sleep(PAUSE_MS);
    }
  }

  const clients = keys.map(runClient);
  return {
    sent,
    acknowledged,
    failures,
    acknowledge: async (events) => {
      for (const goal = acknowledged.size + events; acknowledged.size < goal; ) await sleep(10);
    },
    stop: async () => {
      isRunning = false;
      await Promise.all(clients);
    },
  };
}

function reasonOf(error: unknown): string {
  const { cause = error } = error as Error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
}
