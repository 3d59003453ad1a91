/* The least that can be started: a server that has nothing to say. No TypeScript, for Node would have to read that first. */
import { createServer } from 'node:http';

createServer((_, response) => {
  response.end();
}).listen(Number(process.env.PORT), '127.0.0.1');
