/*
 * The server that a developer writes in an afternoon: Fastify and node:sqlite, durable, an INSERT for each event, the payload as
 * text, two indexes. It checks only that the members exist, and finds neither duplicates nor conflicts.
 */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';

interface SubmittedEvent {
  readonly event_type: string;
  readonly timestamp: string;
  readonly payload: object;
}

interface Row {
  readonly id: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly payload: string;
}

interface Query {
  readonly event_type: string;
  readonly start: string;
  readonly end: string;
  readonly limit: number;
}

const database = new DatabaseSync(process.env.DATABASE ?? '');
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE events (id TEXT PRIMARY KEY, event_type TEXT NOT NULL, timestamp TEXT NOT NULL, payload TEXT NOT NULL);
  CREATE INDEX events_by_time ON events (timestamp);
  CREATE INDEX events_by_type_and_time ON events (event_type, timestamp);
`);
const insert = database.prepare('INSERT INTO events (id, event_type, timestamp, payload) VALUES (?, ?, ?, ?)');
const selectById = database.prepare('SELECT id, event_type, timestamp, payload FROM events WHERE id = ?');
const selectRange = database.prepare(`
  SELECT id, event_type, timestamp, payload FROM events
  WHERE event_type = ? AND timestamp >= ? AND timestamp <= ? ORDER BY timestamp LIMIT ?`);

function store({ event_type, timestamp, payload }: SubmittedEvent) {
  const id = randomUUID();
  insert.run(id, event_type, timestamp, JSON.stringify(payload));
  return { id, event_type, timestamp, payload };
}

const toEvent = ({ payload, ...event }: Row) => ({ ...event, payload: JSON.parse(payload) as object });

const body = {
  type: 'object',
  required: ['event_type', 'timestamp', 'payload'],
  properties: { event_type: { type: 'string' }, timestamp: { type: 'string' }, payload: { type: 'object' } },
};
const querystring = {
  type: 'object',
  required: ['event_type', 'start', 'end', 'limit'],
  properties: {
    event_type: { type: 'string' },
    start: { type: 'string' },
    end: { type: 'string' },
    limit: { type: 'integer' },
  },
};

const app = Fastify({ bodyLimit: 64 * 1024 ** 2 });
app.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (_, text, done) => done(null, text));
app.get('/', () => 'ready');
app.post<{ Body: SubmittedEvent }>('/events', { schema: { body } }, (request, reply) => {
  reply.code(201);
  return store(request.body);
});
app.post<{ Body: string }>('/batches', (request) => {
  const lines = request.body.split('\n').filter((line) => line !== '');
  database.exec('BEGIN');
  const ids = lines.map((line) => store(JSON.parse(line) as SubmittedEvent).id);
  database.exec('COMMIT');
  return { ids };
});
app.get<{ Params: { id: string } }>('/events/:id', ({ params }, reply) => {
  const row = selectById.get(params.id) as Row | undefined;
  return row ? toEvent(row) : reply.code(404).send({ error: 'not found' });
});
app.get<{ Querystring: Query }>('/events', { schema: { querystring } }, ({ query }) => {
  const { event_type, start, end, limit } = query;
  return (selectRange.all(event_type, start, end, limit) as unknown as Row[]).map(toEvent);
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
