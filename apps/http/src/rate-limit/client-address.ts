import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Returns the address by which a client is counted: that of the connection, or with `trustProxyHops` the one that the outermost
 * trusted proxy added to X-Forwarded-For, counted from the right, because clients can forge the left. IPv6 clients are counted by
 * /64, the smallest network that providers assign.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trustProxyHops: number): string {
  // An aborted connection has no address; its response is discarded.
  return networkOf(forwardedAddress(headers['x-forwarded-for'], trustProxyHops) ?? socket.remoteAddress ?? 'unknown');
}

function forwardedAddress(header: string | string[] | undefined, trustProxyHops: number): string | undefined {
  if (trustProxyHops === 0 || header === undefined) return undefined;
  const hops = String(header).split(',');
  const address = withoutPort(hops.at(-Math.min(trustProxyHops, hops.length))?.trim() ?? '');
  return isIP(address) ? address : undefined;
}

/** Some proxies, such as those of Azure, add the port of the client; an IPv6 address is then in brackets. */
function withoutPort(hop: string): string {
  const [, bracketed, ipv4] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(hop) ?? [];
  return bracketed ?? ipv4 ?? hop;
}

function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  // An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) counts as the IPv4 address of the same client.
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** Returns the eight groups of an IPv6 address in any notation (RFC 4291, 2.2). */
function groupsOf(address: string): readonly number[] {
  const [withoutZone = ''] = address.split('%', 1);
  const inHex = withoutZone.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [left = [], right = []] = inHex
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}
