/* The limit of a POST: a server that reads, parses, stores and writes an event, without any check. */
import { createServer } from 'node:http';

const events = new Map<number, object>();

createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => {
    const id = events.size;
    const event = { id, ...(JSON.parse(text || '{}') as object) };
    events.set(id, event);
    const body = JSON.stringify(event);
    response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
