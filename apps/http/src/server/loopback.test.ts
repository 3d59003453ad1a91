import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';

test('accepts 127.0.0.0/8 and ::1 in every notation', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])
    expect(isLoopback(address), address).toBe(true);
});

test('rejects other addresses', () => {
  for (const address of ['0.0.0.0', '128.0.0.1', '192.168.0.1', '::', '::2', '::ffff:192.168.0.1', 'fe80::1'])
    expect(isLoopback(address), address).toBe(false);
});
