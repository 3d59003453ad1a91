import { expect, test } from 'vitest';
import { createTracing } from './tracing.ts';

test('nothing is traced, and nothing paid, where no SDK is registered', () => {
  expect(createTracing()).toBeUndefined();
});
