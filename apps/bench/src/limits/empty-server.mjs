/* The limit of a start: a server without content. JavaScript, because Node would need time to strip types. */
import { createServer } from 'node:http';

createServer((_, response) => {
  response.end();
}).listen(Number(process.env.PORT), '127.0.0.1');
