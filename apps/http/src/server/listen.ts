import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host and a port to listen on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Makes a server listen on an address, and returns the actual address: port 0 is any free port.
 *
 * @throws Error of one line that names the setting, if the server cannot listen
 */
export function listen(server: Server, setting: string, { host, port }: Address): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const detail = cause.code === 'EADDRINUSE' ? `port ${port} on ${host} is in use` : cause.message;
      reject(new Error(`${setting}: ${detail}`, { cause }));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo)); // not a pipe
  });
}

/** Returns the URL of a server, with the host of its setting. */
export function urlOf({ host }: Pick<Address, 'host'>, { port }: Pick<AddressInfo, 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
