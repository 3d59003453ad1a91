import { describe, expect, test, vi } from 'vitest';
import { nextTurn } from '../runtime/event-loop.ts';
import { createTurns } from './turns.ts';

/** Runs tasks that last until they are ended, and records the order in which they begin. */
function createSubject(places: number) {
  const turns = createTurns(places, 60_000);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    run: (name: string, client: string, signal?: AbortSignal) =>
      turns.run(
        () => {
          begun.push(name);
          return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
        },
        { client, signal },
      ),
    end: async (name: string) => {
      ends.get(name)?.();
      // The first turn begins before the task has ended, and the next task then waits for one.
      for (let turn = 0; turn < 2; turn++) await nextTurn();
    },
  };
}

describe('createTurns', () => {
  test('gives a client at most half of the places', async () => {
    const { run, begun, end } = createSubject(4);
    const tasks = [run('a1', 'a'), run('a2', 'a'), run('a3', 'a'), run('b1', 'b')];
    expect(begun).toEqual(['a1', 'a2', 'b1']);
    await end('b1');
    expect(begun, 'the free place is for another client').toEqual(['a1', 'a2', 'b1']);
    await end('a1');
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
    await end('a2');
    await end('a3');
    expect(await Promise.all(tasks)).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  test('serves waiting clients in turn, whatever the number of their tasks', async () => {
    const { run, begun, end } = createSubject(2);
    for (const name of ['a1', 'a2', 'a3']) void run(name, 'a');
    for (const name of ['b1', 'b2']) void run(name, 'b');
    void run('c1', 'c');
    expect(begun).toEqual(['a1', 'b1']);
    for (const name of ['a1', 'a2', 'b1', 'c1', 'b2']) await end(name);
    expect(begun).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'a3']);
  });

  test('rejects with the reason of a signal that is aborted before the task begins, and frees its turn', async () => {
    const { run, begun, end } = createSubject(2);
    const reason = new Error('the client left');
    await expect(run('a0', 'a', AbortSignal.abort(reason))).rejects.toBe(reason);
    void run('a1', 'a');
    const controller = new AbortController();
    const waiting = [run('a2', 'a', controller.signal), run('a3', 'a', controller.signal)];
    void run('a4', 'a');
    controller.abort(reason);
    for (const outcome of await Promise.allSettled(waiting)) expect(outcome).toEqual({ status: 'rejected', reason });
    await end('a1');
    expect(begun).toEqual(['a1', 'a4']);
  });

  test('does not begin a task whose signal is aborted as soon as it has a place', async () => {
    const { run, begun, end } = createSubject(2);
    void run('a1', 'a');
    const controller = new AbortController();
    const waiting = run('a2', 'a', controller.signal);
    void run('a3', 'a');
    const rejected = expect(waiting).rejects.toBe('the client left');
    const ended = end('a1');
    for (let microtask = 0; microtask < 10; microtask++) await Promise.resolve();
    controller.abort('the client left');
    await rejected;
    await ended;
    await vi.waitFor(() => expect(begun).toEqual(['a1', 'a3']));
  });

  test('lets the event loop turn between waiting tasks, however short they are', async () => {
    const turns = createTurns(2, 60_000);
    let ended = 0;
    const tasks = Array.from({ length: 100 }, () => turns.run(async () => ended++, { client: 'a' }));
    for (let microtask = 0; microtask < 1_000; microtask++) await Promise.resolve();
    expect(ended).toBeLessThan(100);
    await Promise.all(tasks);
  });

  test('frees the place of a task that hangs', async () => {
    const turns = createTurns(2, 10);
    void turns.run(() => new Promise(() => {}), {});
    expect(await turns.run(async () => 'done', {})).toBe('done');
  });

  test('frees the place of a task that fails', async () => {
    const turns = createTurns(2, 60_000);
    const fail = () => Promise.reject(new Error('disk I/O error'));
    for (let n = 0; n < 5; n++) await expect(turns.run(fail, {})).rejects.toThrow('disk I/O error');
    expect(await turns.run(async () => 'done', {})).toBe('done');
  });
});
