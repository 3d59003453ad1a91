import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
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
  const connections = new Set<Socket>();
  const unanswered = new Set<ServerResponse>();
  let isLastResponse = false;

  return {
    add: (socket) => {
      connections.add(socket);
      if (isLastResponse) lingerAtTheEnd(socket);
      socket.once('close', () => connections.delete(socket));
    },
    begin: (outgoing) => {
      unanswered.add(outgoing);
      if (isLastResponse) outgoing.setHeader('Connection', 'close');
    },
    end: (outgoing) => {
      unanswered.delete(outgoing);
    },
    unanswered: () => unanswered.size,
    closeAfterResponses: () => {
      isLastResponse = true;
      for (const socket of connections) lingerAtTheEnd(socket);
      for (const outgoing of unanswered) if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
    },
    closeUnused: () => {
      const used = new Set<Duplex>([...unanswered].map(({ req }) => req.socket));
      for (const socket of connections) if (!used.has(socket)) socket.destroy();
    },
    breakOffUsed: () => {
      for (const { req } of unanswered) breakOff(req.socket);
    },
  };
}
