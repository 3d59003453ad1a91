import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono';
import type { Keyring } from '../auth/keyring.ts';
import type { AppEnv } from '../request/app-env.ts';
import { createHttpServer, type HttpServer } from '../server/http-server.ts';
import { listen, urlOf } from '../server/listen.ts';
import { isLoopback } from '../server/loopback.ts';
import type { Config } from '../settings/config.ts';
import type { Log } from '../telemetry/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** The server of the API, and that of `METRICS_ADDRESS`, if it is set. */
export interface Servers {
  readonly http: HttpServer;
  readonly operating: HttpServer | undefined;
}

export interface ServersDependencies {
  readonly config: Config;
  readonly keyring: Keyring | undefined;
  readonly telemetry: Pick<Telemetry, 'requests'>;
  /** Creates the app of the API. */
  readonly appOf: (settings: Config) => Hono<AppEnv>;
  /** Creates the app of `METRICS_ADDRESS`. */
  readonly operatingAppOf: (settings: Config) => Hono<AppEnv>;
}

export function createServers(dependencies: ServersDependencies): Servers {
  const { config, keyring, telemetry, appOf, operatingAppOf } = dependencies;
  const serve = (app: Hono<AppEnv>, settings: Config, ofKeys: Keyring | undefined): HttpServer =>
    createHttpServer(app, { ...settings, allowedHosts: allowedHostsOf(settings, ofKeys) }, telemetry.requests);
  const operating = config.metricsAddress && { ...config, ...config.metricsAddress, basePath: '', corsOrigins: [] };
  return {
    http: serve(appOf(config), config, keyring),
    operating: operating && serve(operatingAppOf(operating), operating, undefined),
  };
}

/** Returns the host names that requests can have; `undefined` for every name, if DNS rebinding gives a page no access. */
function allowedHostsOf(
  { host, allowedHosts }: Pick<Config, 'host' | 'allowedHosts'>,
  keyring: Keyring | undefined,
): readonly string[] | undefined {
  return allowedHosts ?? (!keyring && isLoopback(host) ? [] : undefined);
}

/**
 * Listens on every address of the settings. Returns the address of the API.
 *
 * @throws Error of one line that names the setting, if a server cannot listen
 */
export async function listenOnAll({ http, operating }: Servers, config: Config, log: Log): Promise<AddressInfo> {
  if (operating && config.metricsAddress) {
    const address = await listen(operating.server, 'METRICS_ADDRESS', config.metricsAddress);
    log.info(`Metrics and probes are at ${urlOf(config.metricsAddress, address)}`);
  }
  return listen(http.server, 'BIND_ADDRESS', config);
}
