import type { Socket } from 'node:net';

/** Bytes that a connection has brought, and that it was given, header fields included. */
interface Traffic {
  readonly read: number;
  readonly written: number;
}

/** Tells what a connection has carried since it was last asked of: the requests on it are answered one by one. */
export function meterTraffic(): (socket: Socket) => Traffic {
  const told = new WeakMap<Socket, { read: number; written: number }>();
  return (socket) => {
    const { bytesRead, bytesWritten } = socket;
    const before = told.get(socket);
    if (!before) {
      told.set(socket, { read: bytesRead, written: bytesWritten });
      return { read: bytesRead, written: bytesWritten };
    }
    const traffic = { read: bytesRead - before.read, written: bytesWritten - before.written };
    before.read = bytesRead;
    before.written = bytesWritten;
    return traffic;
  };
}
