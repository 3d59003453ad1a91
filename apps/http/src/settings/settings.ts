import * as v from 'valibot';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { AddressSchema } from './address.ts';
import { BasePathSchema } from './base-path.ts';
import { CorsOriginsSchema } from './cors-origins.ts';
import { EventStoreSchema } from './event-store.ts';
import { milliseconds, wholeNumber } from './numbers.ts';
import { rateLimit } from './rate-limit.ts';
import { RedisUrlSchema } from './redis-url.ts';
import { MAX_RETENTION_DAYS, RetentionByTypeSchema } from './retention.ts';

/** A value, and what it means: Markdown without links, for the table that `npm run docs` makes of all settings. */
const meaning = <const Schema extends v.GenericSchema<string, unknown>>(schema: Schema, text: string) =>
  v.pipe(schema, v.description(text));

/** By their names in the environment, with their defaults, if any. */
const Settings = v.object({
  BIND_ADDRESS: v.optional(
    meaning(
      AddressSchema,
      'address and port to listen on; `0.0.0.0:8080` for every network, `[::1]:8080` for IPv6; port 0 is any that is free',
    ),
    '127.0.0.1:8080',
  ),
  BASE_PATH: v.optional(meaning(BasePathSchema, 'path under which everything stands, e.g. `/tracker`'), '/'),
  EVENT_STORE: v.optional(
    meaning(
      EventStoreSchema,
      'the store: `sqlite:PATH`, from the folder of the start, `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, the same with `clickhouse://`, or `memory:`',
    ),
    'sqlite:./data/events.sqlite',
  ),
  MEMORY_MAX_EVENTS: v.optional(
    meaning(wholeNumber(1), 'most events in a store in memory; then `store_full`, and nothing is dropped'),
    '1000000',
  ),
  MEMORY_MAX_BYTES: v.optional(
    meaning(
      wholeNumber(1),
      'most memory for events there, estimated; then `store_full`; half of Node’s heap unless set',
    ),
  ),
  RETENTION_DAYS: v.optional(
    meaning(
      wholeNumber(1, MAX_RETENTION_DAYS),
      'events that happened more days ago are removed, and refused; kept for ever unless set',
    ),
  ),
  RETENTION_DAYS_BY_TYPE: v.optional(
    meaning(RetentionByTypeSchema, 'the same for some types, e.g. `debug:7,audit.*:3650`; the first that fits counts'),
  ),
  API_KEYS: v.optional(meaning(v.string(), 'lines of a file of keys, with `;` between them')),
  API_KEYS_FILE: v.optional(
    meaning(
      v.string(),
      'file with a key on each line, read again on SIGHUP; without any keys, everybody may do everything',
    ),
  ),
  RATE_LIMIT: v.optional(
    meaning(rateLimit('requests'), 'requests of one client in a time (`s`, `m`, `h`), e.g. `100/s`; or `off`'),
    '6000/1m',
  ),
  EVENTS_RATE_LIMIT: v.optional(
    meaning(
      rateLimit('events'),
      'events that one client submits in a time, e.g. `100000/1m`: a batch is as many as it holds',
    ),
    'off',
  ),
  REDIS_URL: v.optional(
    meaning(
      RedisUrlSchema,
      'the Redis in which servers count clients together: `redis://USER:PASSWORD@HOST:PORT/NUMBER`, `rediss://` for TLS',
    ),
  ),
  TRUST_PROXY_HOPS: v.optional(
    meaning(
      wholeNumber(0, 100),
      'proxies in front: the client’s address is so many places from the right of `X-Forwarded-For`',
    ),
    '0',
  ),
  CORS_ORIGINS: v.optional(
    meaning(
      CorsOriginsSchema,
      'origins whose pages may call the API from a browser, e.g. `https://app.example.com,http://localhost:3000`',
    ),
  ),
  MAX_BODY_BYTES: v.optional(meaning(wholeNumber(1), 'largest body, inflated'), '8388608'),
  MAX_BATCH_EVENTS: v.optional(meaning(wholeNumber(1), 'most events in a request'), '10000'),
  MAX_PAYLOAD_BYTES: v.optional(meaning(wholeNumber(2), 'largest JSON of a payload'), '262144'),
  MAX_INFLIGHT_BODY_BYTES: v.optional(
    meaning(wholeNumber(1), 'memory for the bodies of all requests at a time; beyond, `overloaded`'),
    '268435456',
  ),
  MAX_CONNECTIONS: v.optional(
    meaning(wholeNumber(1), 'connections at a time; further ones are closed at once'),
    '10000',
  ),
  HEADERS_TIMEOUT_MS: v.optional(
    meaning(milliseconds(1), 'time for the header fields of a request to arrive'),
    '10000',
  ),
  REQUEST_TIMEOUT_MS: v.optional(meaning(milliseconds(1), 'time for a whole request to arrive'), '30000'),
  KEEP_ALIVE_TIMEOUT_MS: v.optional(meaning(milliseconds(1), 'time that an idle connection is kept'), '65000'),
  DRAIN_DELAY_MS: v.optional(
    meaning(
      milliseconds(0),
      'after SIGTERM, time in which connections are still accepted, part of `SHUTDOWN_TIMEOUT_MS`; 5000 behind a load balancer',
    ),
    '0',
  ),
  SHUTDOWN_TIMEOUT_MS: v.optional(
    meaning(milliseconds(1), 'after SIGTERM, time until the server gives up waiting and exits with 1'),
    '8000',
  ),
  LOG_LEVEL: v.optional(
    meaning(
      v.picklist(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`),
      'the least important lines that are logged: `debug` (probes too), `info` (every request), `warn`, `error`, or `silent`',
    ),
    'info',
  ),
  METRICS_ADDRESS: v.optional(
    meaning(
      AddressSchema,
      'address and port to which `/metrics` moves, with the probes beside it; there is neither key nor limit there, so keep it to a network of your own',
    ),
  ),
});

/** All settings, and how they depend on each other. */
export const SettingsSchema = v.pipe(
  Settings,
  v.forward(
    v.check(
      ({ DRAIN_DELAY_MS, SHUTDOWN_TIMEOUT_MS }) => DRAIN_DELAY_MS < SHUTDOWN_TIMEOUT_MS,
      'expected less than SHUTDOWN_TIMEOUT_MS, of which the delay is part',
    ),
    ['DRAIN_DELAY_MS'],
  ),
);
