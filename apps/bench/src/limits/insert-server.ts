/* A typical server with PostgreSQL: each request waits for a separate INSERT. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.POSTGRES_URL, max: 10 });
const table = process.env.TABLE;
const INSERT = `INSERT INTO ${table} (id, event_type, epoch_nanoseconds, payload) VALUES ($1, $2, $3, $4)`;

interface SubmittedEvent {
  readonly event_type: string;
  readonly timestamp: string;
  readonly payload: object;
}

async function store(event: SubmittedEvent): Promise<string> {
  const id = randomUUID();
  const epochNanoseconds = `${Date.parse(event.timestamp)}000000`;
  await pool.query(INSERT, [id, event.event_type, epochNanoseconds, JSON.stringify(event.payload)]);
  return JSON.stringify({ id, ...event });
}

createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', async () => {
    const body = text === '' ? '{}' : await store(JSON.parse(text) as SubmittedEvent);
    response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
