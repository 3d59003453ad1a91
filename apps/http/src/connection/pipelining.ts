import type { Socket } from 'node:net';

/** Counts the pipelined requests that wait on a connection for earlier responses. */
export interface Pipelining {
  /** A request waits. */
  wait(socket: Socket): void;
  /** A request no longer waits. */
  proceed(socket: Socket): void;
}

/** Number of waiting requests at which reading stops. */
const MAX_WAITING = 32;

/**
 * Stops reading from clients that send many requests without waiting for responses. While a request is served, those behind
 * it use memory, a hundred times their size.
 */
export function createPipelining(): Pipelining {
  const waiting = new WeakMap<Socket, number>();
  const isHeldBack = (socket: Socket): boolean => (waiting.get(socket) ?? 0) > MAX_WAITING;

  return {
    wait: (socket) => {
      const count = waiting.get(socket);
      // Node resumes reading after each response.
      if (count === undefined) socket.on('resume', () => void (isHeldBack(socket) && socket.pause()));
      waiting.set(socket, (count ?? 0) + 1);
      if (isHeldBack(socket)) socket.pause();
    },
    proceed: (socket) => {
      const wasHeldBack = isHeldBack(socket);
      waiting.set(socket, (waiting.get(socket) ?? 0) - 1);
      if (wasHeldBack && !isHeldBack(socket)) socket.resume();
    },
  };
}
