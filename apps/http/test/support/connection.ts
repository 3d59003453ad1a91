import { connect, type Socket } from 'node:net';

/** A connection for raw bytes. */
export interface Connection {
  readonly socket: Socket;
  write(...pieces: readonly (string | Uint8Array)[]): void;
  /** Returns all bytes that were received, one character for each byte. */
  received(): string;
  /** Resolves when the received bytes fulfil a condition. Rejects if the connection ends before. */
  until(condition: (received: string) => boolean): Promise<string>;
  /** How the server closed the connection: with an end or with a reset. */
  readonly closed: Promise<'end' | 'reset'>;
}

/** Maximum wait for the server, so that a test fails instead of hanging. */
const PATIENCE_MS = 20_000;

export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  let text = '';
  let hasEnded = false;
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  socket.once('end', () => {
    hasEnded = true;
  });
  const closed = new Promise<'end' | 'reset'>((resolve) => {
    socket.on('error', () => {}); // 'close' follows, with the reason
    socket.once('close', (hadError) => resolve(hasEnded && !hadError ? 'end' : 'reset'));
  });
  return {
    socket,
    write: (...pieces) => {
      for (const piece of pieces) socket.write(typeof piece === 'string' ? Buffer.from(piece) : piece);
    },
    received: () => text,
    until: (condition) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (condition(text)) settle(() => resolve(text));
        };
        const give = (reason: string) => (): void =>
          settle(() => reject(new Error(`${reason}, after ${JSON.stringify(text.slice(0, 500))}`)));
        const timer = setTimeout(give('the server did not respond in time'), PATIENCE_MS);
        const onClose = give('the connection was closed');
        const settle = (how: () => void): void => {
          clearTimeout(timer);
          socket.off('data', look).off('close', onClose);
          how();
        };
        socket.on('data', look).once('close', onClose);
        look();
      }),
    closed,
  };
}

/** Sends bytes over a new connection. Returns all that the server sends until it closes the connection. */
export async function exchange(url: string, ...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const connection = await openConnection(url);
  connection.write(...pieces);
  connection.socket.setTimeout(PATIENCE_MS, () => connection.socket.destroy());
  await connection.closed;
  return connection.received();
}

/** Returns the bytes of a submit. */
export function postRequest(body: string): string {
  return `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** True if the server accepts no connections. */
export async function isRefused(url: string): Promise<boolean> {
  const connection = await openConnection(url).catch(() => undefined);
  connection?.socket.destroy();
  return connection === undefined;
}
