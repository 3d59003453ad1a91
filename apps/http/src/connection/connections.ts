import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { breakOff, lingerAtTheEnd } from './closing.ts';

/** The connections of a server, and the requests on them that it has not answered yet. */
export interface Connections {
  /** Takes in a connection, until it is closed. */
  add(socket: Socket): void;
  /** A request has been received. */
  begin(outgoing: ServerResponse): void;
  /** It is answered in full, or never will be. */
  end(outgoing: ServerResponse): void;
  /** Requests received and not answered in full. */
  unanswered(): number;
  /** From now on every answer is the last one on its connection. */
  closeAfterResponses(): void;
  /** Closes every connection on which no request waits for its answer. */
  closeUnused(): void;
  /** Breaks off every connection on which one does, in a way that nobody takes for the end of an answer. */
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
