import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { beginTimeSlice, nextTurn, withTimeout } from './event-loop.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('beginTimeSlice', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  test('is over after 5 ms, and starts again after a turn of the event loop', async () => {
    const slice = beginTimeSlice();
    expect(slice.isOver()).toBe(false);
    vi.advanceTimersByTime(4);
    expect(slice.isOver()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(slice.isOver()).toBe(true);
    await slice.next();
    expect(slice.isOver()).toBe(false);
    vi.advanceTimersByTime(5);
    expect(slice.isOver()).toBe(true);
  });

  test('has the given length', () => {
    const slice = beginTimeSlice({ lengthMs: 2 });
    vi.advanceTimersByTime(1);
    expect(slice.isOver()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(slice.isOver()).toBe(true);
  });

  test('rejects with the reason of an aborted signal', async () => {
    const controller = new AbortController();
    const slice = beginTimeSlice({ signal: controller.signal });
    await slice.next();
    controller.abort('the client left');
    await expect(slice.next()).rejects.toBe('the client left');
  });

  test('lets timers run, not only promises', async () => {
    const slice = beginTimeSlice();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const deadline = performance.now() + 5_000;
    while (turns < 3 && performance.now() < deadline) await slice.next();
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test('starts one slice per turn of the event loop, in the order of the calls', async () => {
    const started: string[] = [];
    const run = async (name: string) => {
      const slice = beginTimeSlice();
      for (let n = 0; n < 2; n++) {
        await slice.next();
        started.push(name);
      }
    };
    const countTurns = async () => {
      for (let n = 0; n < 6; n++) {
        await nextTurn();
        started.push('-');
      }
    };
    await Promise.all([run('a'), run('b'), run('c'), countTurns()]);
    expect(started.join('')).toMatch(/^a-b-c-a-b-c-?$/);
  });

  test('starts urgent work before other work that waits, in turns', async () => {
    const started: string[] = [];
    const run = async (name: string, isUrgent: boolean) => {
      const slice = beginTimeSlice({ isUrgent });
      for (let n = 0; n < 3; n++) {
        await slice.next();
        started.push(name);
      }
    };
    await Promise.all([run('a', false), run('b', false), run('u', true), run('v', true)]);
    expect(started.join('')).toBe('uvuvuvababab');
  });

  test('lets timers run in a runtime without setImmediate', async () => {
    vi.stubGlobal('setImmediate', undefined);
    try {
      const slice = beginTimeSlice();
      let fired = false;
      setTimeout(() => {
        fired = true;
      }, 0);
      await slice.next();
      expect(fired).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('withTimeout', () => {
  const tooLate = (): Error => new Error('too late');

  beforeEach(() => {
    vi.useFakeTimers();
  });

  test('settles like the work, and leaves no timer behind', async () => {
    await expect(withTimeout(() => Promise.resolve('done'), 100, tooLate)).resolves.toBe('done');
    const failure = new Error('failed');
    await expect(withTimeout(() => Promise.reject(failure), 100, tooLate)).rejects.toBe(failure);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('rejects after the timeout, not before', async () => {
    const outcome: unknown[] = [];
    withTimeout(() => new Promise(() => {}), 100, tooLate).catch((error: unknown) => outcome.push(error));
    await vi.advanceTimersByTimeAsync(99);
    expect(outcome).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toEqual([new Error('too late')]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['success', 'failure'])('takes no notice of a %s that comes after the time is up', async (outcome) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const limited = withTimeout(() => promise, 100, tooLate);
    const expected = expect(limited).rejects.toThrow('too late');
    await vi.advanceTimersByTimeAsync(100);
    if (outcome === 'success') resolve('done');
    else reject(new Error('failed'));
    await expected;
  });
});
