import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repeatStep } from './repeat-step.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('repeats a step until it returns true', async () => {
  const step = vi.fn(() => step.mock.calls.length === 3);
  repeatStep(step);
  expect(step).not.toHaveBeenCalled();
  await vi.runAllTimersAsync();
  expect(step).toHaveBeenCalledTimes(3);
});

test('leaves the thread to other work for as long as a step took', async () => {
  const step = vi.fn(() => {
    vi.setSystemTime(Date.now() + 20);
    return false;
  });
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now());
  const repeated = repeatStep(step);
  await vi.advanceTimersByTimeAsync(1);
  expect(step).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(15);
  expect(step).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10);
  expect(step).toHaveBeenCalledTimes(2);
  repeated.stop();
});

test('repeats a failed step later', async () => {
  const step = vi
    .fn<() => boolean>(() => true)
    .mockImplementationOnce(() => {
      throw new Error('the disk is full');
    });
  repeatStep(step);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(step).toHaveBeenCalledTimes(1);
  await vi.runAllTimersAsync();
  expect(step).toHaveBeenCalledTimes(2);
});

test('runs no step after it is stopped', async () => {
  const step = vi.fn(() => false);
  const repeated = repeatStep(step);
  await vi.advanceTimersByTimeAsync(5);
  repeated.stop();
  const { length } = step.mock.calls;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(step).toHaveBeenCalledTimes(length);
});
