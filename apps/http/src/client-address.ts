import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The address by which a client is counted: its own, or with `trustProxyHops` the one that the outermost trusted proxy
 * saw, taken from the right of X-Forwarded-For, so that nobody escapes by making up the left. IPv6 clients are counted
 * by /64, the smallest network that anyone is given.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trustProxyHops: number): string {
  // An aborted connection has lost its address; its answer goes nowhere.
  return networkOf(forwardedAddress(headers['x-forwarded-for'], trustProxyHops) ?? socket.remoteAddress ?? 'unknown');
}

function forwardedAddress(header: string | string[] | undefined, trustProxyHops: number): string | undefined {
  if (trustProxyHops === 0 || header === undefined) return undefined;
  const hops = String(header).split(',');
  const address = hops.at(-Math.min(trustProxyHops, hops.length))?.trim() ?? '';
  return isIP(address) ? address : undefined;
}

function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
