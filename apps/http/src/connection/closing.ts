import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A response that is written to the connection by hand. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Time for a refused client to read why, before its connection is closed. */
const LINGER_MS = 500;

/** Answers on a connection for which Node has no response, or none any more, and closes it. */
export function writeAndClose(socket: Duplex, { status, headers, body }: RawResponse): void {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {}); // the client may be gone by now
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
  closeSoon(socket);
}

/** Ends a connection, and closes it a moment later, whatever the client does. */
export function closeSoon(socket: Duplex): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/**
 * Has a connection read on for a moment behind its last answer: with something unread it would be closed by a reset, which
 * may overtake the answer (RFC 9112, 9.6).
 */
export function lingerAtTheEnd(socket: Socket): void {
  // What Node calls when an answer was the last one.
  socket.destroySoon = () => closeSoon(socket);
}

/**
 * Breaks a connection off, so that nobody takes that for the end of an answer. By a reset: to a client of HTTP/1.0, such
 * as a proxy, the end of the connection is the end of the body.
 */
export function breakOff(socket: Socket): void {
  socket.resetAndDestroy();
}
