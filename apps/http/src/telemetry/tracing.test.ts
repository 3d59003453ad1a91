import { expect, test } from 'vitest';
import { createTracing } from './tracing.ts';

test('traces nothing, without cost, if no SDK is registered', () => {
  expect(createTracing()).toBeUndefined();
});
