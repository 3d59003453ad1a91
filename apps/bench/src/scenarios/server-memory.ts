import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../resident-bytes.ts';
import type { Row, Scenario } from '../scenario.ts';
import { type StartedServer, startTracker } from '../servers.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

const MIB = 1024 ** 2;
/** The load of a full run, and of a quick run. */
const FULL = { connections: 5_000, bodies: 40, bodyBytes: 7 * MIB, rounds: 3 };
const QUICK = { connections: 50, bodies: 4, bodyBytes: MIB, rounds: 1 };
const MANY = 100_000;
/** Time until a server is idle. */
const SETTLE_MS = 1_000;

/** The resident memory of a server with SQLite: idle, with many connections, and at its limits. */
export const serverMemory: Scenario = {
  name: 'server-memory',
  missing: () => (process.platform === 'linux' ? undefined : 'the memory of a process is read from /proc'),
  measure: async ({ many }) => {
    const { connections, bodies, bodyBytes, rounds } = many >= MANY ? FULL : QUICK;
    const rows: Row[] = [];
    const row = (what: string, bytes: number): void => {
      rows.push({ what: `memory of a server with SQLite, ${what}`, ours: [bytes / MIB], unit: 'MiB' });
    };

    await withServer({}, async (server) => {
      const idle = residentBytes(server.process, 'VmRSS');
      row('idle', idle);
      const sockets = await openConnections(server.port, connections);
      row('additional with 5,000 idle connections', residentBytes(server.process, 'VmRSS') - idle);
      for (const socket of sockets) socket.destroy();
    });
    const body = bodyOf(bodyBytes);
    for (const mib of [64, 256]) {
      await withServer({ MAX_INFLIGHT_BODY_BYTES: String(mib * MIB) }, async (server) => {
        for (let round = 0; round < rounds; round++)
          await Promise.all(Array.from({ length: bodies }, () => post(server, body)));
        row(
          `peak, with 40 concurrent submits of 7 MiB, of which ${mib} MiB are accepted`,
          residentBytes(server.process, 'VmHWM'),
        );
      });
    }
    return rows;
  },
};

async function withServer(
  env: Readonly<Record<string, string>>,
  measure: (server: StartedServer) => Promise<void>,
): Promise<void> {
  const server = await startTracker(`sqlite:${newTemporaryFolder()}/events.sqlite`, { env, core: 'any' });
  await sleep(SETTLE_MS);
  await measure(server);
  await server.stop();
}

/** Opens connections, each with one response received. */
async function openConnections(port: number, count: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n++) {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', resolve);
      socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
    });
  }
  await sleep(SETTLE_MS);
  return sockets;
}

/** Returns NDJSON of about the given size, with events of 800 bytes. */
function bodyOf(bytes: number): string {
  const text = 'x'.repeat(700);
  return Array.from(
    { length: Math.floor(bytes / 800) },
    (_, n) => `{"event_type":"page_view","timestamp":"2025-01-01T00:00:00Z","payload":{"n":${n},"text":"${text}"}}`,
  ).join('\n');
}

/** Submits a body. The server may reject it with 503, because it limits the bodies in memory. */
async function post({ port }: StartedServer, body: string): Promise<void> {
  const headers = { 'Content-Type': 'application/x-ndjson' };
  const response = await fetch(`http://127.0.0.1:${port}/events`, { method: 'POST', headers, body });
  if (!response.ok && response.status !== 503) throw new Error(`a submit failed with ${response.status}`);
  await response.text();
}
