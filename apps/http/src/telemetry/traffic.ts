import type { Socket } from 'node:net';

/** Bytes received and sent on a connection, including header fields. */
interface Traffic {
  readonly read: number;
  readonly written: number;
}

/** Returns the bytes since the previous call for the same connection, which belong to one request: they are served one by one. */
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
