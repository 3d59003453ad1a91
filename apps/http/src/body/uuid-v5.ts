import { hash } from 'node:crypto';
import type { EventId } from '@event-tracker/core';

/** The bytes of namespaces, which are few and known. */
const namespaces = new Map<string, Buffer>();

/**
 * Returns the UUIDv5 (RFC 9562, 5.5) of a name in a namespace.
 *
 * @param namespace a UUID that is part of the program
 */
export function uuidV5(namespace: string, name: string): EventId {
  const bytes = hash('sha1', Buffer.concat([bytesOf(namespace), Buffer.from(name)]), 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function bytesOf(namespace: string): Buffer {
  const known = namespaces.get(namespace) ?? Buffer.from(namespace.replaceAll('-', ''), 'hex');
  namespaces.set(namespace, known);
  return known;
}
