import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A response that is written to the connection directly. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Time for a rejected client to read the response before its connection is closed. */
const LINGER_MS = 500;

/** Responds on a connection for which Node has no response object, and closes it. */
export function writeAndClose(socket: Duplex, { status, headers, body }: RawResponse): void {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {}); // the client can have disconnected
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
  closeSoon(socket);
}

/** Ends a connection, and closes it a moment later in any case. */
export function closeSoon(socket: Duplex): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/**
 * Makes a connection read on for a moment after its last response: a connection with unread input is closed by a reset, which
 * can overtake the response (RFC 9112, 9.6).
 */
export function lingerAtTheEnd(socket: Socket): void {
  // Node calls this method after the last response.
  socket.destroySoon = () => closeSoon(socket);
}

/**
 * Aborts a connection by a reset, so that the client does not mistake it for the end of a response: for a client of HTTP/1.0,
 * such as a proxy, the end of the connection is the end of the body.
 */
export function breakOff(socket: Socket): void {
  socket.resetAndDestroy();
}
