import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { breakOff, lingerAtTheEnd } from './closing.ts';

/** The connections of a server, and the pending requests on them. */
export interface Connections {
  /** Adds a connection, until it is closed. */
  add(socket: Socket): void;
  /** A request has been received. */
  begin(outgoing: ServerResponse): void;
  /** Its response has been sent or aborted. */
  end(outgoing: ServerResponse): void;
  /** Number of pending requests. */
  unanswered(): number;
  /** Makes every further response the last one on its connection. */
  closeAfterResponses(): void;
  /** Closes every connection without pending requests. */
  closeUnused(): void;
  /** Aborts every connection with pending requests, so that clients do not mistake it for the end of a response. */
  breakOffUsed(): void;
}

export function createConnections(): Connections {
  /**
   * The pending requests of each connection, the oldest first. Not one `Set` of all: the tables that a `Set` leaves behind as
   * it changes refer to their successors, so that the garbage collector kept thousands of finished requests.
   */
  const connections = new Map<Socket, ServerResponse[]>();
  let isLastResponse = false;

  const pending = (): readonly ServerResponse[] => [...connections.values()].flat();

  return {
    add: (socket) => {
      connections.set(socket, []);
      if (isLastResponse) lingerAtTheEnd(socket);
      socket.once('close', () => connections.delete(socket));
    },
    begin: (outgoing) => {
      connections.get(outgoing.req.socket)?.push(outgoing);
      if (isLastResponse) outgoing.setHeader('Connection', 'close');
    },
    end: (outgoing) => {
      const ofConnection = connections.get(outgoing.req.socket);
      ofConnection?.splice(ofConnection.indexOf(outgoing), 1);
    },
    unanswered: () => pending().length,
    closeAfterResponses: () => {
      isLastResponse = true;
      for (const socket of connections.keys()) lingerAtTheEnd(socket);
      for (const outgoing of pending()) if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
    },
    closeUnused: () => {
      for (const [socket, ofConnection] of connections) if (ofConnection.length === 0) socket.destroy();
    },
    breakOffUsed: () => {
      for (const { req } of pending()) breakOff(req.socket);
    },
  };
}
