import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, base64Encode, WireType } from '@bufbuild/protobuf/wire';
import { createBatchTooLargeError } from '@event-tracker/core/schemas';
import type { JsonRecord } from '../json.ts';
import { createDocumentError, problemAt, type TranslatedItem } from '../translation.ts';
import {
  type AnyValue,
  InstrumentationScopeSchema,
  type KeyValue,
} from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import { LogRecordSchema } from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { ResourceSchema } from './generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import {
  exactInteger,
  jsonDouble,
  type OtlpOptions,
  type RecordSource,
  translateLogRecord,
  withoutDefaults,
} from './log-record.ts';

/** A log record that is not decoded yet, so that a caller can pause between records. */
export interface BinaryLogRecord {
  readonly bytes: Uint8Array;
  readonly source: RecordSource & {
    /** Size of the resource and the scope. */
    readonly bytes: number;
  };
}

/* ExportLogsServiceRequest, ResourceLogs and ScopeLogs have the same shape: a list, what describes it, and a schema URL. */
const REQUEST = { list: 1 };
const RESOURCE_LOGS = { described: 1, list: 2, schemaUrl: 3 };
const SCOPE_LOGS = { described: 1, list: 2, schemaUrl: 3 };

const OPTIONS = { readUnknownFields: false };

/**
 * Finds the log records of an ExportLogsServiceRequest in protobuf.
 *
 * @throws InvalidEventError if the bytes are not such a message, BatchTooLargeError
 */
export function findBinaryLogRecords(
  body: Uint8Array,
  { maxRecords }: { readonly maxRecords: number },
): readonly BinaryLogRecord[] {
  const read = (bytes: Uint8Array, fields: ContainerFields): Container =>
    readContainer(bytes, fields, maxRecords) ?? refuse();
  const records: BinaryLogRecord[] = [];
  for (const bytes of read(body, REQUEST).items) {
    const resourceLogs = read(bytes, RESOURCE_LOGS);
    const resource = tryTo(() => readResource(resourceLogs)) ?? refuse();
    for (const scopeBytes of resourceLogs.items) {
      const scopeLogs = read(scopeBytes, SCOPE_LOGS);
      const scope = tryTo(() => readScope(scopeLogs)) ?? refuse();
      const source = { resource, scope, bytes: sizeOf(resourceLogs) + sizeOf(scopeLogs) };
      requireAtMost(maxRecords, records.length + scopeLogs.items.length);
      for (const record of scopeLogs.items) records.push({ bytes: record, source });
    }
  }
  return records;
}

function refuse(): never {
  throw createDocumentError('', 'malformed_protobuf', 'expected an ExportLogsServiceRequest in protobuf');
}

function requireAtMost(maxRecords: number, records: number): void {
  if (records > maxRecords) throw createBatchTooLargeError({ events: records, maxEvents: maxRecords });
}

/** Returns `undefined` where the library throws: its messages name positions in its code, which do not help a client. */
function tryTo<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** Decodes and translates a log record. */
export function readBinaryLogRecord(
  { bytes, source }: BinaryLogRecord,
  index: number,
  options: OtlpOptions,
): TranslatedItem {
  const record = tryTo(() => fromBinary(LogRecordSchema, bytes, OPTIONS));
  if (!record) return problemAt('', 'malformed_protobuf', 'expected a LogRecord in protobuf');
  const { timeUnixNano, observedTimeUnixNano, eventName } = record;
  const { severityNumber, severityText, droppedAttributesCount, flags, traceId, spanId, body } = record;
  const others = {
    ...withoutDefaults({
      severityNumber,
      severityText,
      droppedAttributesCount,
      flags,
      traceId: toHex(traceId),
      spanId: toHex(spanId),
    }),
    ...(body && { body: toJson(body) }),
  };
  const fields = { timeUnixNano, observedTimeUnixNano, eventName, attributes: toObject(record.attributes), others };
  return translateLogRecord(fields, source, index, options);
}

interface ContainerFields {
  readonly described?: number;
  readonly list: number;
  readonly schemaUrl?: number;
}

interface Container {
  readonly described: Uint8Array | undefined;
  readonly schemaUrl: string;
  readonly items: readonly Uint8Array[];
}

/**
 * Reads one level of a message; the messages in its list stay bytes. Returns `undefined` if the bytes are not a message.
 *
 * @throws BatchTooLargeError, after counting: what is empty would require a hundred times its memory in a list
 */
function readContainer(bytes: Uint8Array, fields: ContainerFields, maxItems: number): Container | undefined {
  const items: Uint8Array[] = [];
  let itemCount = 0;
  let described: Uint8Array | undefined;
  let schemaUrl = '';
  const isRead = tryTo(() => {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      const isList = wireType === WireType.LengthDelimited && field === fields.list;
      if (isList && ++itemCount <= maxItems) items.push(reader.bytes());
      else if (isList || wireType !== WireType.LengthDelimited) reader.skip(wireType, field);
      else if (field === fields.described) described = reader.bytes();
      else if (field === fields.schemaUrl) schemaUrl = reader.string(true);
      else reader.skip(wireType, field);
    }
    return true;
  });
  requireAtMost(maxItems, itemCount);
  return isRead ? { described, schemaUrl, items } : undefined;
}

function sizeOf({ described, schemaUrl }: Container): number {
  return (described?.length ?? 0) + schemaUrl.length;
}

function readResource({ described = new Uint8Array(), schemaUrl }: Container): JsonRecord {
  const { attributes, droppedAttributesCount } = fromBinary(ResourceSchema, described, OPTIONS);
  return { ...withoutDefaults({ droppedAttributesCount, schemaUrl }), ...attributesOf(attributes) };
}

function readScope({ described = new Uint8Array(), schemaUrl }: Container): JsonRecord {
  const { name, version, attributes, droppedAttributesCount } = fromBinary(
    InstrumentationScopeSchema,
    described,
    OPTIONS,
  );
  return { ...withoutDefaults({ name, version, droppedAttributesCount, schemaUrl }), ...attributesOf(attributes) };
}

function attributesOf(attributes: readonly KeyValue[]): JsonRecord {
  return attributes.length === 0 ? {} : { attributes: toObject(attributes) };
}

function toObject(pairs: readonly KeyValue[]): JsonRecord {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value ? toJson(value) : null]));
}

function toJson({ value }: AnyValue): unknown {
  switch (value.case) {
    case 'stringValue':
    case 'boolValue':
      return value.value;
    case 'intValue':
      return exactInteger(value.value);
    case 'doubleValue':
      return jsonDouble(value.value);
    case 'arrayValue':
      return value.value.values.map(toJson);
    case 'kvlistValue':
      return toObject(value.value.values);
    case 'bytesValue':
      return base64Encode(value.value);
    default:
      return null; // not set, or for another signal
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}
