import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { JsonObject, NewEvent } from '@event-tracker/core';
import { v5 as uuidV5 } from 'uuid';

/** An earthquake as the USGS publishes it: a GeoJSON feature (RFC 7946). Has only the members that the demo reads. */
export interface Earthquake extends JsonObject {
  readonly properties: {
    readonly type: string;
    readonly mag: number;
    readonly place: string;
    /** Milliseconds since 1970. */
    readonly time: number;
    /** The page at the USGS, which is unique. */
    readonly url: string;
  };
  readonly geometry: { readonly coordinates: readonly [longitude: number, latitude: number, depthKm: number] };
}

/** Returns the 1,707 earthquakes of a feed of the USGS (public domain), as events whose payload is the feature unchanged. */
export function readEarthquakeEvents(): readonly NewEvent[] {
  const file = readFileSync(new URL('earthquakes.json.gz', import.meta.url));
  const { features } = JSON.parse(gunzipSync(file).toString()) as { features: readonly Earthquake[] };
  return features.map(toEvent);
}

function toEvent(earthquake: Earthquake): NewEvent {
  const { url, type, time } = earthquake.properties;
  return {
    // A UUID that depends only on the URL (version 5, RFC 9562, 5.5), so that a second run stores each earthquake only once.
    id: uuidV5(url, uuidV5.URL),
    event_type: type,
    timestamp: new Date(time).toISOString(),
    payload: earthquake,
  };
}
