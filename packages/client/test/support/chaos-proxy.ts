import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a proxy does to a request. */
const FAULTS = ['pass', 'delay', 'drop', 'cut', 'status'] as const;

export interface ChaosProxy {
  readonly url: string;
  /** Number of requests that met each fault. */
  readonly counts: Readonly<Record<(typeof FAULTS)[number], number>>;
  close(): void;
}

/**
 * Starts a proxy on a real socket that lets about half of the requests pass, and delays, drops or refuses the others, or cuts their
 * responses after the server has received the request.
 *
 * @param random returns numbers from 0 to 1
 */
export async function startChaosProxy(target: string, random: () => number): Promise<ChaosProxy> {
  const { hostname, port } = new URL(target);
  const counts = { pass: 0, delay: 0, drop: 0, cut: 0, status: 0 };

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const fault = random() < 0.5 ? 'pass' : (FAULTS[Math.floor(random() * FAULTS.length)] ?? 'pass');
    counts[fault]++;
    const body = await buffer(incoming);
    if (fault === 'drop') return void incoming.socket.destroy();
    if (fault === 'status') return refuse(outgoing, random);
    if (fault === 'delay') await new Promise((resolve) => setTimeout(resolve, random() * 50));
    const bytesLeft = fault === 'cut' ? Math.floor(random() * 2_000) : Number.POSITIVE_INFINITY;
    const forwarded = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (response) => relay(response, outgoing, bytesLeft),
    );
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    forwarded.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy()); // the client has left
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Refuses as an overloaded server, as one that limits the rate, or as a proxy whose server is unavailable. */
function refuse(outgoing: ServerResponse, random: () => number): void {
  const kind = Math.floor(random() * 3);
  if (kind === 2) return void outgoing.writeHead(503, { 'Content-Type': 'text/html' }).end('<html>no server</html>');
  const code = kind === 0 ? 'overloaded' : 'rate_limited';
  outgoing
    .writeHead(kind === 0 ? 503 : 429, { 'Content-Type': 'application/problem+json', 'Retry-After': '0' })
    .end(JSON.stringify({ code, detail: 'later' }));
}

/** Passes a response on, and breaks the connection after a number of bytes of its body. */
function relay(response: IncomingMessage, outgoing: ServerResponse, bytes: number): void {
  let left = bytes;
  outgoing.writeHead(response.statusCode ?? 502, response.headers);
  outgoing.flushHeaders();
  response.on('data', (chunk: Buffer) => {
    if (left > 0) outgoing.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left < 0) outgoing.destroy();
  });
  response.on('end', () => outgoing.end());
  response.on('error', () => outgoing.destroy());
}
