import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { type HostProcess, start } from '../../src/process/start.ts';
import { parseConfig } from '../../src/settings/config.ts';
import { complaintsIn, type ServerExit, type ServerOptions, TEST_SETTINGS } from './start-server.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** A server in the process of the tests. */
export interface InProcessServer {
  /** Where it listens, with its base path. */
  readonly url: string;
  /** Everything that it has logged. */
  stdout(): string;
  /** Stops it as SIGTERM does, and waits until it has ended. */
  stop(): Promise<ServerExit>;
}

/**
 * Starts a server in the process of the tests, which requires a twentieth of the time of `startServer`. Tests that send
 * signals to a server, measure it or test how it starts use `startServer`.
 */
export async function startInProcess({ env = {} }: Pick<ServerOptions, 'env'> = {}): Promise<InProcessServer> {
  const config = parseConfig({ ...TEST_SETTINGS, ...env });
  const stdout = new PassThrough().setEncoding('utf8');
  let log = '';
  stdout.on('data', (text: string) => {
    log += text;
  });
  const events = new EventEmitter();
  const ended = once(events, 'end').then(
    ([code]): ServerExit => ({ code: code as number, stdout: log, stderr: '', complaints: complaintsIn(log) }),
  );
  const host: HostProcess = {
    stdout,
    once: (event, listener) => events.once(event, listener),
    exit: (code) => {
      events.emit('exit');
      events.emit('end', code);
    },
  };
  const server = await start(config, host, version);
  return {
    url: server.url + config.basePath,
    stdout: () => log,
    stop: () => {
      server.stop('SIGTERM');
      return ended;
    },
  };
}
