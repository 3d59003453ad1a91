import { Gauge, type Registry } from 'prom-client';

/** Values that are read at each scrape rather than counted. */
export interface GaugeSources {
  readonly requestsInFlight: Source<number>;
  readonly bodyBytesInFlight: Source<number>;
  readonly groupCommitQueuedEvents: Source<number>;
  readonly followers: Source<number>;
  readonly followLagSeconds: Source<number>;
  readonly isReady: Source<boolean>;
  readonly isRateLimiterDegraded: Source<boolean>;
  readonly storeDiskFreeBytes: Source<number>;
  readonly storeDiskSizeBytes: Source<number>;
}

/** Returns a value; `undefined` if it is unknown at the moment. */
type Source<T> = () => T | undefined | Promise<T | undefined>;

const GAUGES: Readonly<Record<keyof GaugeSources, { readonly name: string; readonly help: string }>> = {
  requestsInFlight: {
    name: 'event_tracker_http_requests_in_flight',
    help: 'Requests whose response is not complete.',
  },
  bodyBytesInFlight: {
    name: 'event_tracker_body_bytes_in_flight',
    help: 'Memory used by request bodies; MAX_INFLIGHT_BODY_BYTES limits it.',
  },
  groupCommitQueuedEvents: {
    name: 'event_tracker_group_commit_queued_events',
    help: 'Events queued for the store.',
  },
  followers: {
    name: 'event_tracker_followers',
    help: 'Clients that follow events; MAX_FOLLOWERS limits them.',
  },
  followLagSeconds: {
    name: 'event_tracker_follow_lag_seconds',
    help: 'Longest time for which a follower has been behind.',
  },
  isReady: {
    name: 'event_tracker_ready',
    help: '1 while the readiness probe returns 200.',
  },
  isRateLimiterDegraded: {
    name: 'event_tracker_rate_limiter_degraded',
    help: '1 while this server counts its clients alone, because Redis is unavailable.',
  },
  storeDiskFreeBytes: {
    name: 'event_tracker_store_disk_free_bytes',
    help: 'Free space on the disk of a file store.',
  },
  storeDiskSizeBytes: {
    name: 'event_tracker_store_disk_size_bytes',
    help: 'Size of the disk of a file store.',
  },
};

/** Adds a gauge to a registry for each of the sources. */
export function addGauges(registry: Registry, sources: Partial<GaugeSources>): void {
  for (const name of Object.keys(sources) as (keyof GaugeSources)[]) {
    const source = sources[name];
    if (source) addGauge(registry, GAUGES[name], source);
  }
}

function addGauge(registry: Registry, { name, help }: { name: string; help: string }, read: Source<number | boolean>) {
  const gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: async () => {
      const value = await read();
      if (value === undefined) gauge.remove();
      else gauge.set(Number(value));
    },
  });
}
