import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../src/settings/config.ts';
import { SettingsSchema } from '../src/settings/settings.ts';
import { checkProxy, HAPROXY, HAS_HAPROXY } from './support/proxy.ts';

/* Tests what no linter of compose.yaml checks: whether its settings match each other and the server. */

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly host_ip: string }[];
  readonly networks: readonly string[];
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly user?: string;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

interface Composition {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8');
const COMPOSE = read('compose.yaml');
const PROXY = read('apps/http/deploy/haproxy.cfg');

/** Returns the file as Compose reads it in an environment. */
function compose(environment: Readonly<Record<string, string>>): Composition {
  const fillIn = (text: string): string =>
    text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string, rest: string) => {
      const value = environment[name] ?? '';
      if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`);
      return value === '' && kind === '-' ? rest : value;
    });
  const fillInTexts = (_: unknown, value: unknown): unknown => (typeof value === 'string' ? fillIn(value) : value);
  return parse(COMPOSE, fillInTexts, { merge: true }) as Composition;
}

const { services, networks } = compose({ POSTGRES_PASSWORD: 'x' });
const trackers = Object.entries(services).filter(([name]) => name.startsWith('tracker-'));
/** The `ENV` settings of the image. */
const IMAGE_ENVIRONMENT = Object.fromEntries(
  [...read('Dockerfile').matchAll(/^(?:ENV)? +([A-Z_]+)=(\S+)/gm)].map(([, name = '', value = '']) => [name, value]),
);

/** Parses a time of HAProxy or Compose, in milliseconds. */
function milliseconds(text: string | undefined): number {
  const [, count, unit = ''] = /^(\d+)(ms|s|m)$/.exec(text ?? '') ?? [];
  return Number(count) * ({ ms: 1, s: 1_000, m: 60_000 }[unit] ?? Number.NaN);
}

describe('compose.yaml', () => {
  test('requires a password, which has no default', () => {
    expect(() => compose({})).toThrow(/^POSTGRES_PASSWORD: /);
    expect(JSON.stringify(compose({ POSTGRES_PASSWORD: 'of-ours' }))).not.toMatch(/password":"(?!of-ours)/i);
  });

  test('has three equal servers', () => {
    expect(trackers.map(([name]) => name)).toEqual(['tracker-1', 'tracker-2', 'tracker-3']);
    for (const [, tracker] of trackers) expect(tracker).toEqual(trackers[0]?.[1]);
  });

  test.each(trackers)('sets valid and consistent settings for %s', (_, { environment = {}, ...tracker }) => {
    const known = Object.keys(SettingsSchema.entries);
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
    const config = parseConfig({ ...IMAGE_ENVIRONMENT, ...environment });
    expect(config).toMatchObject({ host: '0.0.0.0', port: 8080, trustProxyHops: 1 });
    expect(config.metricsAddress).toEqual({ host: '0.0.0.0', port: 9090 }); // not through the proxy
    expect(config.redisUrl).toBeDefined();
    expect(config.apiKeysFile).toBe('/keys/keys.txt');
    expect(tracker.volumes).toEqual(['./keys:/keys:ro']);

    // The proxy must detect the stop while connections are still accepted, and Docker must kill the server only
    // afterwards.
    const [, inter, fastinter] = /inter (\w+) fastinter (\w+) fall 2/.exec(PROXY) ?? [];
    const [, check] = /timeout check (\w+)/.exec(PROXY) ?? [];
    const heard = milliseconds(inter) + milliseconds(fastinter) + milliseconds(check);
    expect(config.drainDelayMs).toBeGreaterThan(heard);
    expect(config.shutdownTimeoutMs).toBeGreaterThan(config.drainDelayMs + 10_000);
    expect(milliseconds(tracker.stop_grace_period)).toBeGreaterThan(config.shutdownTimeoutMs);
    const [, keepAlive] = /timeout http-keep-alive (\w+)/.exec(PROXY) ?? [];
    expect(config.keepAliveTimeoutMs).toBeGreaterThan(milliseconds(keepAlive));
    const [, connections] = /maxconn (\d+)/.exec(PROXY) ?? [];
    expect(config.maxConnections).toBeGreaterThanOrEqual(Number(connections));
  });

  test('rejects inconsistent settings', () => {
    const given = { POSTGRES_PASSWORD: 'x', RATE_LIMIT: '10/s', EVENTS_RATE_LIMIT: '100/s', RETENTION_DAYS: '30' };
    const config = parseConfig({ ...compose(given).services['tracker-1']?.environment });
    expect(config).toMatchObject({
      rateLimit: { quota: 10 },
      eventsRateLimit: { quota: 100 },
      retention: [{ days: 30 }],
    });
  });

  test.each(Object.entries(services))('runs %s read-only, without privileges and not as root', (name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    // The images of the tracker and of HAProxy set a user.
    const hasOwnUser = service.build === '.' || name === 'proxy';
    expect(service.user ?? (hasOwnUser ? '1000:1000' : 'root')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('publishes only the proxy, and only on this machine', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports);
    expect(published.map(([name, { ports }]) => [name, ports?.map(({ host_ip }) => host_ip)])).toEqual([
      ['proxy', ['127.0.0.1']],
    ]);
  });

  test('keeps the database and Redis in a network that only the servers reach', () => {
    expect(networks.back).toEqual({ internal: true });
    const onBack = Object.keys(services).filter((name) => services[name]?.networks.includes('back'));
    expect(onBack).toEqual(['tracker-1', 'tracker-2', 'tracker-3', 'postgres', 'redis']);
    expect(services.postgres?.networks).toEqual(['back']);
    expect(services.redis?.networks).toEqual(['back']);
  });

  test.skipIf(!HAS_HAPROXY)(`has a proxy whose configuration ${HAPROXY} accepts without warnings`, async () => {
    const { code, output } = await checkProxy(['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3']);
    expect([code, output]).toEqual([0, 'Configuration file is valid\n']);
  });

  test('sets exactly the variables of the proxy configuration, with every server', () => {
    const asked = new Set([...PROXY.matchAll(/"\$\{(\w+)\}"/g)].map(([, name]) => name));
    expect(Object.keys(services.proxy?.environment ?? {}).sort()).toEqual([...asked].sort());
    const named = Object.values(services.proxy?.environment ?? {}).slice(1);
    expect(named).toEqual(trackers.map(([name]) => `${name}:8080`));
  });
});
