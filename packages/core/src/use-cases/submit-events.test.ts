import { afterEach, describe, expect, test, vi } from 'vitest';
import { cpuMs } from '../../test/cpu-time.ts';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import {
  createStoreFullError,
  type EventTrackerError,
  isBatchTooLargeError,
  isEventIdConflictError,
  isEventTrackerError,
  isInvalidEventError,
  isOutsideRetentionError,
  isPayloadTooLargeError,
  isStoreFullError,
} from '../errors.ts';
import type { RetentionRule } from '../retention/retention-rule.ts';
import type { AppendResult } from '../store/event-store-port.ts';
import { type EventInputs, submitEvents } from './submit-events.ts';

const LIMITS = { maxBatchEvents: 10_000, maxPayloadBytes: 1_000 };

/** Ids that count from 1. */
function countingIds(): () => string {
  let count = 0;
  return () => idOf(++count);
}

function idOf(count: number): string {
  return `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`;
}

const NOW = Date.UTC(2025, 0, 31, 12);
const GOOD = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } };
const BAD = { ...GOOD, timestamp: 'yesterday' };
const LARGE = { ...GOOD, payload: { text: 'x'.repeat(1_000) } };

/** Returns an empty store and a function that submits to it. */
function setUp(limits = LIMITS, retention: readonly RetentionRule[] = []) {
  const store = createStubEventStore();
  const newId = countingIds();
  const submit = (inputs: EventInputs): Promise<readonly AppendResult[]> =>
    submitEvents({ store, newId, limits, clock: () => NOW, retention }, inputs);
  /** Returns the error of a submission that must fail and store nothing. */
  const refusal = async (inputs: EventInputs): Promise<EventTrackerError> => {
    const before = store.stored();
    const error: unknown = await submit(inputs).catch((reason: unknown) => reason);
    expect(store.stored()).toEqual(before);
    if (isEventTrackerError(error)) return error;
    throw new Error(`not rejected, but ${JSON.stringify(error)}`);
  };
  return { store, submit, refusal };
}

describe('submitEvents', () => {
  test('stores every event in its normal form and returns a result for each', async () => {
    const { store, submit } = setUp();
    const own = { ...GOOD, id: idOf(77).toUpperCase(), timestamp: '2025-01-01T14:00:00.0+02:00' };
    const results = await submit([GOOD, own]);
    const expected = [
      { ...GOOD, id: idOf(1) },
      { ...GOOD, id: idOf(77) },
    ];
    expect(results).toEqual(expected.map((event) => ({ event, stored: true })));
    expect(store.stored()).toEqual(expected);
  });

  test('passes frozen events with ordered members to the store', async () => {
    const { store, submit } = setUp();
    await submit([{ payload: { a: {} }, timestamp: GOOD.timestamp, event_type: 'login' }]);
    const [event] = store.stored();
    expect(JSON.stringify(event)).toMatch(/^{"id":.*,"event_type":.*,"timestamp":.*,"payload":/);
    expect([event, event?.payload, event?.payload.a].every(Object.isFrozen)).toBe(true);
  });

  test('creates an id only for events without one', async () => {
    const { submit } = setUp();
    const results = await submit([GOOD, { ...GOOD, id: idOf(50) }, GOOD]);
    expect(results.map(({ event }) => event.id)).toEqual([idOf(1), idOf(50), idOf(2)]);
  });

  test('reports the same id and content as a duplicate, in one call and in several', async () => {
    const { store, submit } = setUp();
    const own = { ...GOOD, id: idOf(50) };
    expect((await submit([own, own])).map(({ stored }) => stored)).toEqual([true, false]);
    expect((await submit([{ ...own, timestamp: '2025-01-01T13:00:00+01:00' }])).map(({ stored }) => stored)).toEqual([
      false,
    ]);
    expect(store.stored()).toHaveLength(1);
  });

  test('stores nothing for an empty list', async () => {
    const { store, submit } = setUp();
    expect(await submit([])).toEqual([]);
    expect(store.stored()).toEqual([]);
  });

  test('stores nothing if one of a hundred events is invalid, and reports which', async () => {
    const { refusal } = setUp();
    const inputs = Array.from({ length: 100 }, (_, index) => (index === 70 ? BAD : GOOD));
    expect(await refusal(inputs)).toMatchObject({
      code: 'invalid_event',
      message: 'event 70, /timestamp: expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z',
      problems: [{ index: 70, pointer: '/timestamp', code: 'invalid_timestamp' }],
      problemCount: 1,
      invalidEventCount: 1,
      eventCount: 100,
    });
  });

  test('lists the first 20 problems and counts all', async () => {
    const { refusal } = setUp();
    const worse = { ...BAD, id: 'mine', extra: 1 };
    const inputs = [GOOD, worse, GOOD, ...Array.from({ length: 9_000 }, () => worse)];
    const error = await refusal(inputs);
    if (!isInvalidEventError(error)) throw error;
    expect(error).toMatchObject({ problemCount: 27_003, invalidEventCount: 9_001, eventCount: 9_003 });
    expect(error.problems.map(({ index, pointer }) => `${index}${pointer}`)).toEqual(
      [1, 3, 4, 5, 6, 7, 8].flatMap((index) => [`${index}/extra`, `${index}/id`, `${index}/timestamp`]).slice(0, 20),
    );
  });

  test('reports values that are not objects', async () => {
    const { refusal } = setUp();
    expect(await refusal([null, 5, [GOOD]])).toMatchObject({
      problems: [0, 1, 2].map((index) => ({ index, pointer: '', code: 'not_an_object' })),
    });
  });

  test('accepts the greatest number of events and rejects one more without reading any', async () => {
    const { submit, refusal } = setUp({ ...LIMITS, maxBatchEvents: 3 });
    expect(await submit([GOOD, GOOD, GOOD])).toHaveLength(3);
    const error = await refusal({
      length: 4,
      [Symbol.iterator]: () => {
        throw new Error('looked at');
      },
    });
    expect(error).toMatchObject({ code: 'batch_too_large', events: 4, maxEvents: 3 });
  });

  test('accepts the largest payload and rejects one more byte, naming the event', async () => {
    const { submit, refusal } = setUp();
    const text = 'x'.repeat(LIMITS.maxPayloadBytes - '{"text":""}'.length);
    expect(await submit([{ ...GOOD, payload: { text } }])).toHaveLength(1);
    const error = await refusal([GOOD, { ...GOOD, payload: { text: `${text}x` } }]);
    expect(error).toMatchObject({ code: 'payload_too_large', index: 1, bytes: 1_001, maxBytes: 1_000 });
  });

  test('reports excess size before invalid events, and these before conflicts', async () => {
    const { submit, refusal } = setUp({ ...LIMITS, maxBatchEvents: 3 });
    await submit([{ ...GOOD, id: idOf(50) }]);
    const taken = { ...GOOD, id: idOf(50), event_type: 'logout' };
    expect(await refusal([BAD, LARGE, taken, GOOD])).toSatisfy(isBatchTooLargeError);
    expect(await refusal([taken, BAD, LARGE])).toSatisfy(isPayloadTooLargeError);
    expect(await refusal([taken, GOOD, BAD])).toSatisfy(isInvalidEventError);
    expect(await refusal([taken, GOOD])).toSatisfy(isEventIdConflictError);
  });

  test('reports the conflicting ids', async () => {
    const { submit, refusal } = setUp();
    await submit([
      { ...GOOD, id: idOf(50) },
      { ...GOOD, id: idOf(51) },
    ]);
    const other = { ...GOOD, event_type: 'logout' };
    const error = await refusal([{ ...other, id: idOf(51) }, other, { ...GOOD, id: idOf(50) }]);
    expect(error).toMatchObject({ code: 'event_id_conflict', ids: [idOf(51)] });
  });

  test('rejects with the error of the store', async () => {
    const full = createStoreFullError('the store is full');
    const store = { ...createStubEventStore(), append: () => Promise.reject(full) };
    const submitted = submitEvents({ store, newId: countingIds(), limits: LIMITS, clock: () => NOW, retention: [] }, [
      GOOD,
    ]);
    await expect(submitted).rejects.toBe(full);
    expect(full).toSatisfy(isStoreFullError);
  });

  test('rejects with the error of the iterable, and closes it', async () => {
    const { store, submit } = setUp();
    let ended = false;
    function* make(): Generator<unknown> {
      try {
        yield GOOD;
        yield LARGE;
      } finally {
        ended = true;
      }
    }
    await expect(submit({ length: 2, [Symbol.iterator]: make })).rejects.toSatisfy(isPayloadTooLargeError);
    expect(ended).toBe(true);
    const broken = new Error('line 2 is no JSON');
    function* makeBroken(): Generator<unknown> {
      yield GOOD;
      throw broken;
    }
    await expect(submit({ length: 2, [Symbol.iterator]: makeBroken })).rejects.toBe(broken);
    expect(store.stored()).toEqual([]);
  });

  test('does not change what is stored when the input changes afterwards', async () => {
    const { store, submit } = setUp();
    const input = { ...GOOD, payload: { list: [1] } };
    await submit([input]);
    input.payload.list.push(2);
    input.event_type = 'changed';
    expect(store.stored()).toMatchObject([{ event_type: 'login', payload: { list: [1] } }]);
  });
});

describe('submitEvents with many events', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('lets other work run every 5 ms', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    // Creating an event advances this clock by a millisecond, so that the work is the same on any machine.
    function* make(): Generator<unknown> {
      for (let made = 0; made < 1_000; made++) {
        vi.advanceTimersByTime(1);
        yield GOOD;
      }
    }
    const turns: number[] = [Date.now()];
    let isDone = false;
    const others = (async () => {
      while (!isDone) {
        turns.push(Date.now());
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await setUp().submit({ length: 1_000, [Symbol.iterator]: make });
    isDone = true;
    await others;
    expect(longestWait(turns)).toBeLessThanOrEqual(10);
    expect(Date.now() - (turns[0] ?? 0)).toBe(1_000);
  });

  test('validates 10,000 events without blocking for over 50 ms', async () => {
    const payload = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`name${index}`, `value ${index}`]));
    const inputs = Array.from({ length: 10_000 }, () => ({ ...GOOD, payload }));
    const { submit } = setUp({ ...LIMITS, maxPayloadBytes: 100_000 });
    const waits: number[] = [];
    // Disturbances can only increase a measurement, so the least of three counts.
    for (let round = 0; round < 3 && !(Math.min(...waits) < 50); round++) {
      let isDone = false;
      const turns: number[] = [];
      const others = (async () => {
        while (!isDone) {
          turns.push(cpuMs());
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      // The last event is invalid, so that the store's work is not measured.
      await expect(submit([...inputs.slice(1), BAD])).rejects.toSatisfy(isInvalidEventError);
      turns.push(cpuMs());
      isDone = true;
      await others;
      expect((turns.at(-1) ?? 0) - (turns[0] ?? 0), 'the check as a whole takes longer').toBeGreaterThan(50);
      waits.push(longestWait(turns));
    }
    expect(Math.min(...waits)).toBeLessThan(50);
  });
});

function longestWait(turns: readonly number[]): number {
  return Math.max(...turns.slice(1).map((turn, index) => turn - (turns[index] ?? turn)));
}

describe('submitEvents with retention', () => {
  const RETENTION = [{ event_type: ['debug'], days: 1 }, { event_type_prefix: ['audit.'], days: 3_650 }, { days: 30 }];
  const at = (event_type: string, timestamp: string) => ({ event_type, timestamp, payload: {} });

  test.each([
    ['debug', '2025-01-30T12:00:00Z', '2025-01-30T11:59:59.999999999Z', '1 day'],
    ['audit.login', '2015-02-03T12:00:00Z', '2015-02-03T11:59:59.999999999Z', '3650 days'],
    ['other', '2025-01-01T12:00:00Z', '2025-01-01T11:59:59.999999999Z', '30 days'],
  ])('rejects %s events older than their retention, to the nanosecond', async (type, youngest, tooOld, days) => {
    const { submit, refusal } = setUp(LIMITS, RETENTION);
    await expect(submit([at(type, youngest)])).resolves.toHaveLength(1);
    const error = await refusal([at(type, youngest), at(type, tooOld)]);
    if (!isOutsideRetentionError(error)) expect.fail(String(error));
    expect(error.problems).toEqual([
      {
        index: 1,
        pointer: '/timestamp',
        code: 'outside_retention',
        detail: `events of this type are kept for ${days}`,
      },
    ]);
    expect(error.message).toBe(`event 1, /timestamp: events of this type are kept for ${days}`);
  });

  test('reports expired events among invalid ones', async () => {
    const { refusal } = setUp(LIMITS, RETENTION);
    const error = await refusal([at('debug', '2020-01-01T00:00:00Z'), BAD]);
    if (!isInvalidEventError(error)) expect.fail(String(error));
    expect(error.problems.map(({ index, code }) => [index, code])).toEqual([
      [0, 'outside_retention'],
      [1, 'invalid_timestamp'],
    ]);
  });

  test('accepts events of any age without a matching rule, and future events', async () => {
    const { submit } = setUp(LIMITS, RETENTION.slice(0, 2));
    await expect(submit([at('other', '1900-01-01T00:00:00Z')])).resolves.toHaveLength(1);
    await expect(submit([at('debug', '2262-01-01T00:00:00Z')])).resolves.toHaveLength(1);
  });
});
