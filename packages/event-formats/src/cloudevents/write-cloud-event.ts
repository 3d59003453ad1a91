import type { Event } from '@event-tracker/core';
import { haveSameContent } from '@event-tracker/core/store';
import { isText, type JsonRecord } from '../json.ts';
import { type CloudEventOptions, JSON_MEDIA_TYPE, readCloudEvent } from './read-cloud-event.ts';

/**
 * Returns an event as a CloudEvent in the JSON format, from which `readCloudEvent` reads the same event: the CloudEvent as it
 * was submitted or, for every other event, one with the source of the tracker and the payload as data.
 */
export function writeCloudEvent(event: Event, options: CloudEventOptions): JsonRecord {
  const { id, event_type: type, timestamp: time, payload } = event;
  if (isText(payload.source)) {
    const { id: idAsSent = id, ...members } = payload;
    const asSubmitted = { specversion: '1.0', id: idAsSent, type, time, ...members };
    if (isReadAs(event, asSubmitted, options)) return asSubmitted;
  }
  return {
    specversion: '1.0',
    id,
    source: options.trackerSource,
    type,
    time,
    datacontenttype: JSON_MEDIA_TYPE,
    data: payload,
  };
}

function isReadAs(event: Event, document: JsonRecord, options: CloudEventOptions): boolean {
  const item = readCloudEvent(document, options);
  // The members of the document are those of the event, so the result is an event if its id is.
  return 'event' in item && item.event.id === event.id && haveSameContent(item.event as Event, event);
}
