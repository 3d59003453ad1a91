import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  type Event,
  isEventIdConflictError,
  isInvalidEventError,
  isOutsideRetentionError,
  isOverloadedError,
  isPayloadTooLargeError,
  type NewEvent,
} from '@event-tracker/core';
import { describe, expect, test, vi } from 'vitest';
import { createEventTrackerClient, type EventTrackerClientOptions, isRequestError } from '../src/index.ts';
import { newEvents, readStored } from './support/events.ts';
import {
  createFaultyClient,
  cutAfter,
  type Fault,
  lost,
  overloaded,
  problem,
  refusedWith,
  responseLost,
} from './support/faults.ts';
import { useServer } from './support/server.ts';

const server = useServer({ RETENTION_DAYS_BY_TYPE: 'short:1' });

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

/** Returns a client whose requests meet the faults, and the events that were given to `onRejected`. */
function clientWith(faults: readonly Fault[] = [], options: Partial<EventTrackerClientOptions> = {}) {
  const rejected: { readonly event: Event; readonly error: Error }[] = [];
  const onRejected = (event: Event, error: Error) => rejected.push({ event, error });
  return { rejected, ...createFaultyClient(server.url, faults, { onRejected, ...options }) };
}

/** Returns the numbers of the stored events of the type of some events, in the order of their submission. */
async function numbersStored([event]: readonly NewEvent[]): Promise<unknown[]> {
  return (await readStored(server.url, { event_type: event?.event_type ?? '' })).map(({ payload }) => payload.n);
}

const numbersOf = (events: readonly NewEvent[]) => events.map(({ payload }) => payload.n);

describe('submitLater', () => {
  test('returns the id of the event, which is sent within a second, as it was at the call', async () => {
    const { client, batches } = clientWith();
    const payload: { n: number; late?: boolean } = { n: 0 };
    const [event] = newEvents(1);
    const submitted = { ...event, payload } as NewEvent;
    const id = client.submitLater(submitted);
    payload.late = true;
    expect(client.submitLater({ ...submitted, payload: { n: 1 }, id: ID })).toBe(ID);
    await sleep(1_000);
    expect(batches).toEqual([2]);
    await expect.poll(() => readStored(server.url, submitted)).toHaveLength(2);
    expect(await client.get(id)).toEqual({ id, ...event, payload: { n: 0 } });
  });

  test('sends up to 500 events together, in order', async () => {
    const { client, batches } = clientWith();
    const events = newEvents(1_200);
    for (const event of events) client.submitLater(event);
    await client.flush();
    expect(batches).toEqual([500, 500, 200]);
    expect(await numbersStored(events)).toEqual(numbersOf(events));
  });

  test('sends up to a megabyte together', async () => {
    const { client, batches } = clientWith();
    const text = 'é'.repeat(100_000);
    const events = newEvents(12).map(({ payload, ...event }) => ({ ...event, payload: { ...payload, text } }));
    for (const event of events) client.submitLater(event);
    await client.flush();
    expect(batches).toEqual([4, 4, 4]);
    expect(await numbersStored(events)).toEqual(numbersOf(events));
  });

  // Few failures in each queue, because the delay doubles with each.
  test.concurrent.each<[string, readonly Fault[]]>([
    ['the connection breaks', [lost, responseLost, cutAfter(9)]],
    ['the server refuses', [overloaded, problem(429, 'rate_limited')]],
    ['a proxy refuses', [refusedWith(502), refusedWith(503)]],
  ])('sends events again after %s, and stores each once', async (_, faults) => {
    const { client, batches, rejected } = clientWith(faults, { retryForMs: 0 });
    const events = newEvents(100);
    for (const event of events) client.submitLater(event);
    await client.flush();
    expect(batches).toEqual(Array(faults.length + 1).fill(100));
    expect(await numbersStored(events)).toEqual(numbersOf(events));
    expect(rejected).toEqual([]);
  });

  test('reports the events that the server refuses, each with its own error, and stores the others', async () => {
    const { client, rejected } = clientWith();
    const events = newEvents(100);
    const [first] = events;
    const stored = await client.submit({ ...(first as NewEvent), event_type: 'taken' });
    const wrong = (n: number): Partial<NewEvent> => {
      if (n % 2 === 1) return { event_type: 'short' };
      if (n === 50) return { id: stored.id };
      return n === 70 ? { payload: { text: 'x'.repeat(300_000) } } : {};
    };
    for (const [n, event] of events.entries()) client.submitLater({ ...event, ...wrong(n) });
    await client.flush();
    const isGood = (n: number) => n % 2 === 0 && n !== 50 && n !== 70;
    expect(await numbersStored(events)).toEqual(numbersOf(events).filter((n) => isGood(Number(n))));
    expect(rejected).toHaveLength(52);
    for (const { event, error } of rejected) {
      if (event.event_type === 'short') {
        expect(error).toSatisfy(isOutsideRetentionError);
        expect(error).toMatchObject({
          problemCount: 1,
          eventCount: 1,
          problems: [{ index: 0, pointer: '/timestamp' }],
        });
        expect(error.message).toBe('/timestamp: events of this type are kept for 1 day');
      } else if (event.id === stored.id) {
        expect(error).toSatisfy(isEventIdConflictError);
        expect(error).toMatchObject({ ids: [stored.id], events: [{ index: 0, id: stored.id }] });
      } else {
        expect(error).toSatisfy(isPayloadTooLargeError);
        expect(error).toMatchObject({ index: 0, bytes: 300_011, maxBytes: 262_144 });
      }
    }
  });

  test.each(['batch_too_large', 'body_too_large'])('divides a batch in halves after %s', async (code) => {
    const tooLarge = problem(413, code);
    const { client, batches, rejected } = clientWith([tooLarge, tooLarge]);
    const events = newEvents(100);
    for (const event of events) client.submitLater(event);
    await client.flush();
    expect(batches).toEqual([100, 50, 25, 25, 50]);
    expect(await numbersStored(events)).toEqual(numbersOf(events));
    expect(rejected).toEqual([]);
  });

  test('divides a batch until the events that the server does not name are found', async () => {
    const unnamed: Fault = async (send) => {
      const response = await send();
      if (response.ok) return response;
      const { errors: _, ...document } = (await response.json()) as { errors: unknown };
      return new Response(JSON.stringify(document), response);
    };
    const { client, rejected } = clientWith(Array<Fault>(50).fill(unnamed));
    const events = newEvents(40);
    for (const [n, event] of events.entries()) client.submitLater(n === 27 ? { ...event, event_type: 'short' } : event);
    await client.flush();
    expect(rejected.map(({ event }) => event.payload.n)).toEqual([27]);
    expect(await numbersStored(events)).toEqual(numbersOf(events).filter((n) => n !== 27));
  });

  test('reports all events if the key is wrong', async () => {
    const { client, rejected, requests } = clientWith([problem(401, 'unauthorized')]);
    for (const event of newEvents(3)) client.submitLater(event);
    await client.flush();
    expect(rejected.map(({ event }) => event.payload.n)).toEqual([0, 1, 2]);
    expect(rejected.every(({ error }) => isRequestError(error))).toBe(true);
    expect(requests).toHaveLength(1);
  });

  test('sends the other events, although onRejected throws', async () => {
    const reported: unknown[] = [];
    vi.stubGlobal('queueMicrotask', (task: () => void) => {
      try {
        task();
      } catch (error) {
        reported.push(error);
      }
    });
    try {
      const { client } = clientWith([], {
        onRejected: () => {
          throw new Error('in onRejected');
        },
      });
      const events = newEvents(3);
      for (const [n, event] of events.entries())
        client.submitLater(n === 1 ? { ...event, event_type: 'short' } : event);
      await client.flush();
      expect(await numbersStored(events)).toEqual([0, 2]);
      expect(reported).toEqual([new Error('in onRejected')]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('throws if an event is invalid, or if nothing could receive a refused event', () => {
    const [event] = newEvents(1);
    const invalid = { ...event, payload: { at: new Date(0) } } as unknown as NewEvent;
    expect(() => clientWith().client.submitLater(invalid)).toThrow(expect.toSatisfy(isInvalidEventError));
    const client = createEventTrackerClient({ url: server.url });
    expect(() => client.submitLater(event as NewEvent)).toThrow('set the option onRejected');
  });

  test('throws if the queue is full, and drops nothing', async () => {
    const hanging = Promise.withResolvers<void>();
    const slow: Fault = async (send) => {
      await hanging.promise;
      return send();
    };
    const { client, rejected } = clientWith([slow], { queue: { maxEvents: 10 } });
    const events = newEvents(12);
    for (const event of events.slice(0, 10)) client.submitLater(event);
    const flushed = client.flush();
    const full = expect.toSatisfy(isOverloadedError);
    expect(() => client.submitLater(events[10] as NewEvent)).toThrow(full);
    hanging.resolve();
    await flushed;
    client.submitLater(events[11] as NewEvent);
    await client.flush();
    expect(await numbersStored(events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    expect(rejected).toEqual([]);
    const small = clientWith([], { queue: { maxBytes: 100 } });
    expect(() => small.client.submitLater({ ...(events[0] as NewEvent), payload: { text: 'x'.repeat(100) } })).toThrow(
      full,
    );
  });
});

describe('flush', () => {
  test('resolves immediately if the queue is empty', async () => {
    const { client, requests } = clientWith();
    await client.flush();
    expect(requests).toEqual([]);
  });

  test('waits for events of a batch that is being sent, but not for later ones', async () => {
    const hanging = Promise.withResolvers<void>();
    const { client } = clientWith([
      (send) => send(),
      async (send) => {
        await hanging.promise;
        return send();
      },
    ]);
    const [first, second] = newEvents(2) as [NewEvent, NewEvent];
    client.submitLater(first);
    const flushed = client.flush();
    client.submitLater(second);
    await flushed;
    expect(await numbersStored([first])).toEqual([0]);
    hanging.resolve();
    await client.close();
    expect(await numbersStored([first])).toEqual([0, 1]);
  });
});

describe('close', () => {
  test('sends the queue and accepts no more events', async () => {
    const { client } = clientWith();
    const events = newEvents(3);
    {
      await using closing = client;
      for (const event of events) closing.submitLater(event);
    }
    expect(await numbersStored(events)).toEqual([0, 1, 2]);
    expect(() => client.submitLater(events[0] as NewEvent)).toThrow('closed');
    await client.close();
  });

  test('gives events to onRejected that are not confirmed when the signal is aborted', async () => {
    const { client, rejected } = clientWith(Array<Fault>(100).fill(lost));
    for (const event of newEvents(600)) client.submitLater(event);
    const reason = new Error('enough');
    const controller = new AbortController();
    const closing = client.close({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(closing).rejects.toBe(reason);
    expect(rejected).toHaveLength(600);
    expect(rejected[0]?.error.message).toContain('closed before the server confirmed');
  });

  test.each(['await client.close();', ''])('at the end of a process leaves nothing behind (%j)', async (end) => {
    const [event] = newEvents(1);
    const script = `
      import { createEventTrackerClient } from '@event-tracker/client';
      const client = createEventTrackerClient({ url: '${server.url}', onRejected: (_, error) => { throw error; } });
      const event = ${JSON.stringify(event)};
      for (let n = 0; n < 1_000; n++) client.submitLater({ ...event, payload: { n } });
      ${end}`;
    await promisify(execFile)(process.execPath, ['--conditions=x-src', '--input-type=module', '--eval', script], {
      cwd: import.meta.dirname,
      timeout: 20_000,
    });
    expect(await numbersStored([event as NewEvent])).toHaveLength(1_000);
  });
});
