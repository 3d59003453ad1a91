import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLineOutput } from './line-output.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stream that records what is written, and accepts nothing while it is stopped. */
function createStream({ isStopped = false } = {}) {
  const writes: string[] = [];
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _, callback) => {
      writes.push(text);
      if (isStopped) waiting.push(callback);
      else callback();
    },
  });
  return { stream, writes, resume: () => waiting.shift()?.() };
}

const never = (): void => expect.unreachable();

test('writes lines together, a tenth of a second after the first', () => {
  const { stream, writes } = createStream();
  const output = createLineOutput(stream, never);
  output.write('a\n');
  vi.advanceTimersByTime(60);
  output.write('b\n');
  vi.advanceTimersByTime(39);
  expect(writes).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(writes).toEqual(['a\nb\n']);
  vi.advanceTimersByTime(1_000);
  expect(writes).toHaveLength(1);
});

test('writes many lines earlier', () => {
  const { stream, writes } = createStream();
  const output = createLineOutput(stream, never);
  const line = `${'x'.repeat(999)}\n`;
  for (let i = 0; i < 20; i++) output.write(line);
  expect(writes).toEqual([line.repeat(17)]);
});

test('writes all lines on flush', async () => {
  const { stream, writes } = createStream();
  const output = createLineOutput(stream, never);
  output.write('a\n');
  output.flush();
  output.write('b\n');
  await output.end(1_000);
  expect(writes).toEqual(['a\n', 'b\n', '']);
});

test('drops lines while 4 MiB are unread, and accepts lines again after they were read', () => {
  const { stream, writes, resume } = createStream({ isStopped: true });
  const dropped = vi.fn();
  const output = createLineOutput(stream, dropped);
  const line = `${'x'.repeat(1_023)}\n`;
  for (let i = 0; i < 5_000; i++) output.write(line);
  expect(dropped).toHaveBeenCalledTimes(5_000 - 4_097);
  for (let i = 0; i < 300; i++) resume();
  output.write('again\n');
  output.flush();
  for (let i = 0; i < 300; i++) resume();
  expect(writes.join('').endsWith('again\n')).toBe(true);
  expect(dropped).toHaveBeenCalledTimes(5_000 - 4_097);
});

test('end waits for the reader until its timeout', async () => {
  const { stream, resume } = createStream({ isStopped: true });
  const output = createLineOutput(stream, never);
  output.write('a\n');
  let ended = 0;
  void output.end(1_000).then(() => ended++);
  await vi.advanceTimersByTimeAsync(900);
  expect(ended).toBe(0);
  resume();
  resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toBe(1);

  output.write('b\n');
  void output.end(1_000).then(() => ended++);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ended).toBe(2);
});

test('drops lines without an error after the reader has disconnected', async () => {
  const { stream, writes } = createStream();
  const dropped = vi.fn();
  const output = createLineOutput(stream, dropped);
  stream.destroy(new Error('EPIPE'));
  await vi.advanceTimersByTimeAsync(0);
  output.write('a\n');
  await output.end(60_000);
  expect([writes, dropped.mock.calls.length]).toEqual([[], 1]);
});
