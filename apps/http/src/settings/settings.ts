import * as v from 'valibot';
import { DEFAULT_INGEST_PROTOCOLS, INGEST_PROTOCOLS } from '../app/ingest/protocols.ts';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { AddressSchema, BindAddressSchema } from './address.ts';
import { AllowedHostsSchema } from './allowed-hosts.ts';
import { BasePathSchema } from './base-path.ts';
import { CorsOriginsSchema } from './cors-origins.ts';
import { EventStoreSchema } from './event-store.ts';
import { IngestSchema } from './ingest.ts';
import { milliseconds, wholeNumber } from './numbers.ts';
import { rateLimit } from './rate-limit.ts';
import { RedisUrlSchema } from './redis-url.ts';
import { MAX_RETENTION_DAYS, RetentionByTypeSchema } from './retention.ts';

/** A schema and its meaning, in Markdown without links, for the table of settings that `npm run docs` writes. */
const meaning = <const Schema extends v.GenericSchema<string, unknown>>(schema: Schema, text: string) =>
  v.pipe(schema, v.description(text));

const flag = v.pipe(
  v.string(),
  v.picklist(['true', 'false'], 'expected true or false'),
  v.transform((text) => text === 'true'),
);

/** The settings by their names in the environment, with their defaults. */
const Settings = v.object({
  BIND_ADDRESS: v.optional(
    meaning(
      BindAddressSchema,
      'address to listen on, with or without a port: `0.0.0.0` is every network, `[::1]:8080` is IPv6; port 0 is any free port',
    ),
    '127.0.0.1',
  ),
  PORT: v.optional(
    meaning(wholeNumber(0, 65_535), 'port to listen on where `BIND_ADDRESS` has none, as many platforms set it'),
    '8080',
  ),
  BASE_PATH: v.optional(meaning(BasePathSchema, 'path that precedes every path of the API, e.g. `/tracker`'), '/'),
  EVENT_STORE: v.optional(
    meaning(
      EventStoreSchema,
      'the store: `sqlite:PATH`, relative to the working directory; `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; the same with `clickhouse://`; or `memory:`',
    ),
    'sqlite:./data/events.sqlite',
  ),
  MEMORY_MAX_EVENTS: v.optional(
    meaning(
      wholeNumber(1),
      'maximum number of events in a memory store; further events are refused with `store_full`, and none is dropped',
    ),
    '1000000',
  ),
  MEMORY_MAX_BYTES: v.optional(
    meaning(
      wholeNumber(1),
      'maximum memory for the events of a memory store, estimated; further events are refused with `store_full`; the default is half of Node’s heap',
    ),
  ),
  RETENTION_DAYS: v.optional(
    meaning(
      wholeNumber(1, MAX_RETENTION_DAYS),
      'events whose timestamp is more days ago are deleted, and refused; by default, events are kept permanently',
    ),
  ),
  RETENTION_DAYS_BY_TYPE: v.optional(
    meaning(RetentionByTypeSchema, 'the same for some types, e.g. `debug:7,audit.*:3650`; the first match counts'),
  ),
  API_KEYS: v.optional(meaning(v.string(), 'keys, as the lines of `API_KEYS_FILE`, separated by `;`')),
  API_KEYS_FILE: v.optional(
    meaning(
      v.string(),
      'file with a key on each line, read again on SIGHUP; without keys, every client can do everything',
    ),
  ),
  RATE_LIMIT: v.optional(
    meaning(
      rateLimit('requests'),
      'maximum number of requests of a client in a window, e.g. `100/s` (units `s`, `m`, `h`); or `off`',
    ),
    '6000/1m',
  ),
  EVENTS_RATE_LIMIT: v.optional(
    meaning(
      rateLimit('events'),
      'maximum number of events that a client submits in a window, e.g. `100000/1m`; each event of a batch counts',
    ),
    'off',
  ),
  REDIS_URL: v.optional(
    meaning(
      RedisUrlSchema,
      'address of the Redis that counts the requests and events of each client for all servers: `redis://USER:PASSWORD@HOST:PORT/NUMBER`; `rediss://` is TLS',
    ),
  ),
  TRUST_PROXY_HOPS: v.optional(
    meaning(
      wholeNumber(0, 100),
      'number of proxies in front of the server, which is the position of the client’s address in `X-Forwarded-For`, counted from the right',
    ),
    '0',
  ),
  ALLOWED_HOSTS: v.optional(
    meaning(
      AllowedHostsSchema,
      'host names that requests can name in `Host`, e.g. `tracker.internal,10.0.0.5`, in addition to `localhost` and loopback addresses; by default, a server without keys on loopback accepts only those, and any other server accepts every name',
    ),
  ),
  CORS_ORIGINS: v.optional(
    meaning(
      CorsOriginsSchema,
      'origins whose pages can call the API from a browser, e.g. `https://app.example.com,http://localhost:3000`',
    ),
  ),
  INGEST: v.optional(
    meaning(
      IngestSchema,
      `protocols of other systems whose events are accepted: \`${INGEST_PROTOCOLS.join(',')}\`; \`off\` accepts none`,
    ),
    DEFAULT_INGEST_PROTOCOLS.join(','),
  ),
  INGEST_INVALID: v.optional(
    meaning(
      v.picklist(['refuse', 'quarantine'], 'expected refuse or quarantine'),
      'what happens to an event of another system that is not valid: `refuse` refuses it with its request, or alone where its protocol can report that; `quarantine` quarantines it and reports success',
    ),
    'refuse',
  ),
  WEB_PAGE: v.optional(
    meaning(
      v.pipe(
        v.picklist(['on', 'off'], 'expected on or off'),
        v.transform((value) => value === 'on'),
      ),
      'whether browsers get the web page at `/`',
    ),
    'on',
  ),
  CLOUDEVENTS_SOURCE: v.optional(
    meaning(
      v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,255}$/, 'expected a URI reference, e.g. https://events.example.com')),
      'value of `source` in the events that the server returns as CloudEvents, if they were not submitted as such',
    ),
    'urn:event-tracker',
  ),
  SCHEMAS: v.optional(
    meaning(
      v.string(),
      'folder with schemas of payloads, named like event types: `login.json`, `order.*.json`; read again on SIGHUP',
    ),
  ),
  SCHEMAS_REQUIRED: v.optional(
    meaning(flag, 'whether events of types without a schema are refused, `true` or `false`; requires `SCHEMAS`'),
    'false',
  ),
  MAX_BODY_BYTES: v.optional(meaning(wholeNumber(1), 'maximum size of a body, decompressed'), '8388608'),
  MAX_BATCH_EVENTS: v.optional(meaning(wholeNumber(1), 'maximum number of events in a request'), '10000'),
  MAX_PAYLOAD_BYTES: v.optional(meaning(wholeNumber(2), 'maximum size of a payload as JSON'), '262144'),
  MAX_INFLIGHT_BODY_BYTES: v.optional(
    meaning(
      wholeNumber(1),
      'maximum memory for the bodies of all running requests; further requests are refused with `overloaded`',
    ),
    '268435456',
  ),
  MAX_CONNECTIONS: v.optional(
    meaning(wholeNumber(1), 'maximum number of connections; further connections are closed immediately'),
    '10000',
  ),
  MAX_FOLLOWERS: v.optional(
    meaning(
      wholeNumber(0),
      'maximum number of clients that follow events as they arrive; further ones are refused with `overloaded`',
    ),
    '1000',
  ),
  HEADERS_TIMEOUT_MS: v.optional(
    meaning(milliseconds(1), 'time in which the header fields of a request must arrive'),
    '10000',
  ),
  REQUEST_TIMEOUT_MS: v.optional(meaning(milliseconds(1), 'time in which a whole request must arrive'), '30000'),
  KEEP_ALIVE_TIMEOUT_MS: v.optional(meaning(milliseconds(1), 'time after which an idle connection is closed'), '65000'),
  DRAIN_DELAY_MS: v.optional(
    meaning(
      milliseconds(0),
      'time after SIGTERM in which new connections are still accepted, as part of `SHUTDOWN_TIMEOUT_MS`; set 5000 behind a load balancer',
    ),
    '0',
  ),
  SHUTDOWN_TIMEOUT_MS: v.optional(
    meaning(milliseconds(1), 'time after SIGTERM at which the server breaks off unfinished requests and exits with 1'),
    '8000',
  ),
  LOG_LEVEL: v.optional(
    meaning(
      v.picklist(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`),
      'lowest level that is logged: `debug` (including probes), `info` (every request), `warn`, `error`, or `silent`',
    ),
    'info',
  ),
  METRICS_ADDRESS: v.optional(
    meaning(
      AddressSchema,
      'separate address and port for `/metrics`, which also has the probes; it has neither keys nor limits, so open it to a private network only',
    ),
  ),
});

/** All settings, and the conditions between them. */
export const SettingsSchema = v.pipe(
  Settings,
  v.forward(
    v.check(
      ({ SCHEMAS, SCHEMAS_REQUIRED }) => SCHEMAS !== undefined || !SCHEMAS_REQUIRED,
      'expected SCHEMAS, the folder of the schemas that are required',
    ),
    ['SCHEMAS_REQUIRED'],
  ),
  v.forward(
    v.check(
      ({ DRAIN_DELAY_MS, SHUTDOWN_TIMEOUT_MS }) => DRAIN_DELAY_MS < SHUTDOWN_TIMEOUT_MS,
      'expected less than SHUTDOWN_TIMEOUT_MS, of which the delay is part',
    ),
    ['DRAIN_DELAY_MS'],
  ),
);
