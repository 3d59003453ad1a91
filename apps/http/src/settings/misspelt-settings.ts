import { nearestName } from '@event-tracker/core/schemas';

/** Prefixes of the names of settings that other programs do not use. A variable with one of them is meant for this server. */
const PREFIXES = [
  'API_KEY',
  'BIND_ADDR',
  'CORS_',
  'DRAIN_DELAY',
  'CLOUDEVENTS_',
  'EVENT_STORE',
  'EVENTS_RATE',
  'INGEST_',
  'MAX_BATCH',
  'MAX_BODY',
  'MAX_CONNECTIONS',
  'MAX_INFLIGHT',
  'MAX_PAYLOAD',
  'MEMORY_MAX',
  'RATE_LIMIT',
  'RETENTION_',
  'SHUTDOWN_TIMEOUT',
  'TRUST_PROXY',
];

/** Short names, which differ by one character from many other variables. */
const MIN_COMPARED_LENGTH = 6;

/** Variables that Kubernetes and Docker links set for a service named, for example, `event-store`. */
const SERVICE_VARIABLE = /_SERVICE_(HOST|PORT)|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/;

/**
 * Returns a line for each environment variable that looks like a setting but is none: a misspelt setting that is ignored
 * can leave a server without keys, or keep events that should be deleted.
 */
export function describeMisspeltSettings(environment: readonly string[], known: readonly string[]): readonly string[] {
  const compared = known.filter((name) => name.length >= MIN_COMPARED_LENGTH);
  return environment
    .filter((name) => !known.includes(name) && !SERVICE_VARIABLE.test(name))
    .flatMap((name) => {
      const nearest = nearestName(name, compared);
      if (nearest !== undefined) return [`${name}: unknown setting, did you mean ${nearest}?`];
      const prefix = PREFIXES.find((prefix) => name.toUpperCase().startsWith(prefix));
      if (prefix === undefined) return [];
      const family = compared.filter((setting) => setting.startsWith(prefix));
      return [`${name}: unknown setting; settings that begin with ${prefix}: ${family.join(', ')}`];
    });
}
