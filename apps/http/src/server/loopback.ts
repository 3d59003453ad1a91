import { BlockList, isIP, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** True if only this machine can reach the address, or if it is `localhost`. */
export function isLoopback(address: string): boolean {
  if (isIP(address) === 0) return address === 'localhost';
  return LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
