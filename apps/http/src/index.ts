export { runServer } from './process/run-server.ts';
export { type StartedServer, type StartServerOptions, startServer } from './process/start-server.ts';
