import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

function addressOf(remoteAddress: string | undefined, forwardedFor?: string, trustProxyHops = 0): string {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return clientAddress({ socket: { remoteAddress }, headers } as unknown as IncomingMessage, trustProxyHops);
}

test.each([
  ['192.0.2.1:4711', '192.0.2.1'],
  ['[2001:db8:1:2::3]:4711', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::3]', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::3', '2001:db8:1:2::/64'],
  ['192.0.2.1:', '10.0.0.1'],
  ['[192.0.2.1', '10.0.0.1'],
  ['host:80', '10.0.0.1'],
])('maps the address %s of a proxy to %s', (hop, counted) => {
  expect(addressOf('10.0.0.1', `203.0.113.9, ${hop}`, 1)).toBe(counted);
});

describe('the address of a connection', () => {
  test('is counted separately for IPv4, in any notation', () => {
    expect(addressOf('192.0.2.7')).toBe('192.0.2.7');
    for (const written of ['::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.7', '::ffff:192.0.2.7%eth0'])
      expect(addressOf(written)).toBe('192.0.2.7');
  });

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('is counted by its /64 for IPv6: %s', (address, network) => {
    expect(addressOf(address)).toBe(network);
  });

  test('is unknown after the connection is closed', () => {
    expect(addressOf(undefined)).toBe('unknown');
  });
});

describe('X-Forwarded-For', () => {
  test('is ignored without trusted proxies', () => {
    expect(addressOf('192.0.2.7', '203.0.113.1')).toBe('192.0.2.7');
  });

  test('is read from the right, a hop for each trusted proxy', () => {
    const hops = '203.0.113.1, 203.0.113.2 ,203.0.113.3';
    expect(addressOf('192.0.2.7', hops, 1)).toBe('203.0.113.3');
    expect(addressOf('192.0.2.7', hops, 2)).toBe('203.0.113.2');
    expect(addressOf('192.0.2.7', hops, 3)).toBe('203.0.113.1');
    expect(addressOf('192.0.2.7', hops, 4)).toBe('203.0.113.1');
    expect(addressOf('192.0.2.7', '2001:db8:1:2:3::', 1)).toBe('2001:db8:1:2::/64');
  });

  test.each(['', 'unknown', '203.0.113.999', ', ,', '203.0.113.1,'])(
    '%j has no address, so the address of the proxy is used',
    (value) => {
      expect(addressOf('192.0.2.7', value, 1)).toBe('192.0.2.7');
    },
  );

  test('is not required', () => {
    expect(addressOf('192.0.2.7', undefined, 1)).toBe('192.0.2.7');
  });
});
