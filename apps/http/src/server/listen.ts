import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host and a port to listen on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Has a server listen at an address, and tells at which it does: the port may be any that is free.
 *
 * @throws an Error of one line, which names the setting, where it cannot
 */
export function listen(server: Server, setting: string, { host, port }: Address): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const detail = cause.code === 'EADDRINUSE' ? `port ${port} on ${host} is in use` : cause.message;
      reject(new Error(`${setting}: ${detail}`, { cause }));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo)); // it is no pipe
  });
}

/** The URL of a server that listens at an address, by the host that was asked for. */
export function urlOf({ host }: Pick<Address, 'host'>, { port }: Pick<AddressInfo, 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
