import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy to one of several servers, like the host name of a managed database. */
export interface Forwarder {
  readonly url: string;
  /** Closes all connections and forwards new ones to another server. */
  leadTo(url: string): void;
  stop(): void;
}

export async function startForwarder(first: string): Promise<Forwarder> {
  let target = new URL(first);
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const url = new URL(first);
  url.port = String(address.port);

  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    leadTo: (next) => {
      target = new URL(next);
      cut();
    },
    stop: () => {
      server.close();
      cut();
    },
  };
}
