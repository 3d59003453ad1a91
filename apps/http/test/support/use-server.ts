import { afterAll, beforeAll, expect } from 'vitest';
import { startInProcess } from './start-in-process.ts';
import { type ServerExit, type ServerOptions, type StartedServer, startServer } from './start-server.ts';

/**
 * Starts a server in the process of the tests, for a file or a group. After the tests it must stop without having logged an
 * error.
 */
export function useServer({ env = {} }: Pick<ServerOptions, 'env'> = {}): Pick<StartedServer, 'url' | 'stdout'> {
  const server = useStarted(() => startInProcess({ env }));
  return {
    get url() {
      return server().url;
    },
    get stdout() {
      return server().stdout;
    },
  };
}

/** Like `useServer`, but in a separate process, for tests that measure the process. */
export function useServerProcess(options: ServerOptions): Pick<StartedServer, 'url' | 'process' | 'stdout'> {
  const server = useStarted(() => startServer(options));
  return {
    get url() {
      return server().url;
    },
    get process() {
      return server().process;
    },
    get stdout() {
      return server().stdout;
    },
  };
}

function useStarted<Server extends { stop(): Promise<ServerExit> }>(start: () => Promise<Server>): () => Server {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    if (server) expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  });
  return () => {
    if (!server) throw new Error('the server runs only while tests run');
    return server;
  };
}
