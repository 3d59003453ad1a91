import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { NewEvent } from '@event-tracker/core';
import { epochNanosecondsOf } from '@event-tracker/core/store';
import { newEventsFrom } from './events.ts';

/** How the clients of a protocol send a batch. */
export interface ForeignBatch {
  readonly protocol: string;
  readonly target: string;
  readonly contentType: string;
  /** Returns the body of a batch of `count` events, from the nth on, with the ids and the members that clients add. */
  bodyFrom(n: number, count: number): string | Uint8Array;
}

const JSON_TYPE = 'application/json';
const LIBRARY = { name: 'bench', version: '1.0.0' };
const RESOURCE = { 'service.name': 'shop', 'service.version': '1.4.2', 'host.name': 'web-3' };

export const FOREIGN_BATCHES: readonly ForeignBatch[] = [
  {
    protocol: 'CloudEvents, batched',
    target: '/events',
    contentType: 'application/cloudevents-batch+json',
    bodyFrom: (n, count) => JSON.stringify(mapFrom(n, count, cloudEventOf)),
  },
  {
    protocol: 'OTLP logs in JSON',
    target: '/v1/logs',
    contentType: JSON_TYPE,
    bodyFrom: (n, count) => {
      const resource = { attributes: Object.entries(RESOURCE).map(toKeyValue) };
      const scopeLogs = [{ scope: LIBRARY, logRecords: mapFrom(n, count, logRecordOf) }];
      return JSON.stringify({ resourceLogs: [{ resource, scopeLogs }] });
    },
  },
  {
    protocol: 'OTLP logs in protobuf',
    target: '/v1/logs',
    contentType: 'application/x-protobuf',
    bodyFrom: (n, count) => writeLogs(newEventsFrom(n, count)),
  },
  {
    protocol: 'Segment',
    target: '/v1/batch',
    contentType: JSON_TYPE,
    bodyFrom: (n, count) => JSON.stringify({ batch: mapFrom(n, count, trackOf), sentAt: '2025-01-01T00:00:00Z' }),
  },
  {
    protocol: 'PostHog',
    target: '/batch',
    contentType: JSON_TYPE,
    bodyFrom: (n, count) => JSON.stringify({ api_key: 'bench', batch: mapFrom(n, count, captureOf) }),
  },
  {
    protocol: 'Snowplow',
    target: '/com.snowplowanalytics.snowplow/tp2',
    contentType: JSON_TYPE,
    bodyFrom: (n, count) =>
      JSON.stringify({
        schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4',
        data: mapFrom(n, count, selfDescribingOf),
      }),
  },
];

function mapFrom<T>(n: number, count: number, map: (event: NewEvent, n: number) => T): readonly T[] {
  return newEventsFrom(n, count).map((event, index) => map(event, n + index));
}

function uuidOf(n: number): string {
  return `0d7e6f0a-5c1b-4d3e-9a8f-${n.toString(16).padStart(12, '0')}`;
}

function cloudEventOf({ event_type, timestamp, payload }: NewEvent, n: number): object {
  const datacontenttype = JSON_TYPE;
  return {
    specversion: '1.0',
    id: uuidOf(n),
    source: '/shop',
    type: event_type,
    time: timestamp,
    datacontenttype,
    data: payload,
  };
}

function trackOf({ event_type, timestamp, payload }: NewEvent, n: number): object {
  const context = { library: LIBRARY };
  const messageId = `node-next-${uuidOf(n)}`;
  return {
    type: 'track',
    event: event_type,
    userId: `u${n % 5_000}`,
    messageId,
    timestamp,
    properties: payload,
    context,
  };
}

function captureOf({ event_type, timestamp, payload }: NewEvent, n: number): object {
  const properties = { ...payload, $lib: LIBRARY.name, $lib_version: LIBRARY.version };
  return { type: 'capture', event: event_type, uuid: uuidOf(n), distinct_id: `u${n % 5_000}`, timestamp, properties };
}

function selfDescribingOf({ event_type, timestamp, payload }: NewEvent, n: number): object {
  const data = { schema: `iglu:com.acme/${event_type}/jsonschema/1-0-0`, data: payload };
  const schema = 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0';
  const dtm = String(Date.parse(timestamp));
  return { e: 'ue', eid: uuidOf(n), dtm, tv: 'bench', aid: 'shop', p: 'web', ue_pr: JSON.stringify({ schema, data }) };
}

function logRecordOf({ event_type, timestamp, payload }: NewEvent): object {
  return {
    timeUnixNano: String(epochNanosecondsOf(timestamp)),
    severityNumber: 9,
    severityText: 'INFO',
    eventName: event_type,
    attributes: Object.entries(payload).map(toKeyValue),
  };
}

function toKeyValue([key, value]: readonly [string, unknown]): object {
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}

/** Returns an ExportLogsServiceRequest with the same records as in JSON. */
function writeLogs(events: readonly NewEvent[]): Uint8Array {
  const writer = new BinaryWriter();
  inside(writer, 1, () => {
    inside(writer, 1, () => writePairs(writer, 1, RESOURCE));
    inside(writer, 2, () => {
      inside(writer, 1, () => {
        text(writer, 1, LIBRARY.name);
        text(writer, 2, LIBRARY.version);
      });
      for (const event of events) inside(writer, 2, () => writeLogRecord(writer, event));
    });
  });
  return writer.finish();
}

function writeLogRecord(writer: BinaryWriter, { event_type, timestamp, payload }: NewEvent): void {
  writer.tag(1, WireType.Bit64).fixed64(epochNanosecondsOf(timestamp));
  writer.tag(2, WireType.Varint).int32(9);
  text(writer, 3, 'INFO');
  writePairs(writer, 6, payload);
  text(writer, 12, event_type);
}

/** Writes a KeyValue for each member. */
function writePairs(writer: BinaryWriter, field: number, members: object): void {
  for (const [key, value] of Object.entries(members) as [string, unknown][])
    inside(writer, field, () => {
      text(writer, 1, key);
      inside(writer, 2, () => {
        if (typeof value === 'boolean') writer.tag(2, WireType.Varint).bool(value);
        else if (typeof value === 'string') text(writer, 1, value);
        else if (Number.isInteger(value)) writer.tag(3, WireType.Varint).int64(BigInt(Number(value)));
        else writer.tag(4, WireType.Bit64).double(Number(value));
      });
    });
}

/** Writes a message into a field. */
function inside(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}
