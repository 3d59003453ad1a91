/** The protocols of other systems whose events the server accepts, by the names that `INGEST` lists. */
export const INGEST_PROTOCOLS = ['cloudevents', 'otlp', 'segment', 'posthog', 'snowplow'] as const;

export type IngestProtocol = (typeof INGEST_PROTOCOLS)[number];

/** The protocols of a server without the setting `INGEST`. */
export const DEFAULT_INGEST_PROTOCOLS: readonly IngestProtocol[] = ['cloudevents', 'otlp', 'segment', 'posthog'];
