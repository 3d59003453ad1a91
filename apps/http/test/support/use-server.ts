import { afterAll, beforeAll, expect } from 'vitest';
import { type ServerOptions, type StartedServer, startServer } from './start-server.ts';

/**
 * Starts a server for the tests of a file or group. After the tests, the server must still run, must stop on request, and
 * must not have logged an error.
 */
export function useServer(options: ServerOptions = {}): Pick<StartedServer, 'url' | 'process' | 'stdout'> {
  let server: StartedServer | undefined;
  const started = (): StartedServer => {
    if (!server) throw new Error('the server runs only while tests run');
    return server;
  };
  beforeAll(async () => {
    server = await startServer(options);
  }, 30_000);
  afterAll(async () => {
    if (server) expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  }, 30_000);
  return {
    get url() {
      return started().url;
    },
    get process() {
      return started().process;
    },
    get stdout() {
      return started().stdout;
    },
  };
}
