import type { Socket } from 'node:net';

/** Keeps count of the requests that wait on a connection for the answers to those before them. */
export interface Pipelining {
  /** One more waits. */
  wait(socket: Socket): void;
  /** One no longer waits. */
  goOn(socket: Socket): void;
}

/** So many may wait before no more are read. */
const MAX_WAITING = 32;

/**
 * Holds back clients that send many requests without waiting for answers: as long as one takes its time, those behind it
 * cost memory, a hundred times what they cost to send.
 */
export function createPipelining(): Pipelining {
  const waiting = new WeakMap<Socket, number>();
  const isHeldBack = (socket: Socket): boolean => (waiting.get(socket) ?? 0) > MAX_WAITING;

  return {
    wait: (socket) => {
      const count = waiting.get(socket);
      // Node reads on behind each answer.
      if (count === undefined) socket.on('resume', () => void (isHeldBack(socket) && socket.pause()));
      waiting.set(socket, (count ?? 0) + 1);
      if (isHeldBack(socket)) socket.pause();
    },
    goOn: (socket) => {
      const wasHeldBack = isHeldBack(socket);
      waiting.set(socket, (waiting.get(socket) ?? 0) - 1);
      if (wasHeldBack && !isHeldBack(socket)) socket.resume();
    },
  };
}
