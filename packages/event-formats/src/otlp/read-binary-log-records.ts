import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { createBatchTooLargeError } from '@event-tracker/core/schemas';
import type { JsonRecord } from '../json.ts';
import { createDocumentError, problemAt, type TranslatedItem } from '../translation.ts';
import { hasField, readEnd, readPair, readTag, readValue, skip, tagOf } from './binary-values.ts';
import {
  type LogRecordFields,
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
const RESOURCE_LOGS = { description: 1, list: 2, schemaUrl: 3 };
const SCOPE_LOGS = { description: 1, list: 2, schemaUrl: 3 };

const RESOURCE = { attributes: tagOf(1, WireType.LengthDelimited), droppedAttributesCount: tagOf(2, WireType.Varint) };
const SCOPE = {
  name: tagOf(1, WireType.LengthDelimited),
  version: tagOf(2, WireType.LengthDelimited),
  attributes: tagOf(3, WireType.LengthDelimited),
  droppedAttributesCount: tagOf(4, WireType.Varint),
};
const LOG_RECORD = {
  timeUnixNano: tagOf(1, WireType.Bit64),
  severityNumber: tagOf(2, WireType.Varint),
  severityText: tagOf(3, WireType.LengthDelimited),
  body: tagOf(5, WireType.LengthDelimited),
  attributes: tagOf(6, WireType.LengthDelimited),
  droppedAttributesCount: tagOf(7, WireType.Varint),
  flags: tagOf(8, WireType.Bit32),
  traceId: tagOf(9, WireType.LengthDelimited),
  spanId: tagOf(10, WireType.LengthDelimited),
  observedTimeUnixNano: tagOf(11, WireType.Bit64),
  eventName: tagOf(12, WireType.LengthDelimited),
};

/**
 * Finds the log records of an ExportLogsServiceRequest in protobuf.
 *
 * @throws InvalidEventError if the bytes are not such a message, BatchTooLargeError
 */
export function findBinaryLogRecords(
  body: Uint8Array,
  { maxRecords }: { readonly maxRecords: number },
): readonly BinaryLogRecord[] {
  const read = (bytes: Uint8Array, fields: ContainerFields, description?: Description): Container =>
    readContainer(bytes, { fields, description, maxItems: maxRecords }) ?? refuse();
  const records: BinaryLogRecord[] = [];
  for (const bytes of read(body, REQUEST).items) {
    const resource = describeResource();
    const resourceLogs = read(bytes, RESOURCE_LOGS, resource);
    for (const scopeBytes of resourceLogs.items) {
      const scope = describeScope();
      const scopeLogs = read(scopeBytes, SCOPE_LOGS, scope);
      const source = {
        resource: resource.result(resourceLogs.schemaUrl),
        scope: scope.result(scopeLogs.schemaUrl),
        bytes: resourceLogs.sharedBytes + scopeLogs.sharedBytes,
      };
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
  const fields = tryTo(() => readLogRecord(bytes));
  if (!fields) return problemAt('', 'malformed_protobuf', 'expected a LogRecord in protobuf');
  return translateLogRecord(fields, source, index, options);
}

function readLogRecord(bytes: Uint8Array): LogRecordFields {
  const reader = new BinaryReader(bytes);
  const attributes: Record<string, unknown> = {};
  let [timeUnixNano, observedTimeUnixNano] = [0n, 0n];
  let [severityNumber, droppedAttributesCount, flags] = [0, 0, 0];
  let [severityText, traceId, spanId, eventName] = ['', '', '', ''];
  let body: unknown;
  while (hasField(reader, reader.len)) {
    const tag = readTag(reader);
    if (tag === LOG_RECORD.timeUnixNano) timeUnixNano = BigInt(reader.fixed64());
    else if (tag === LOG_RECORD.observedTimeUnixNano) observedTimeUnixNano = BigInt(reader.fixed64());
    else if (tag === LOG_RECORD.severityNumber) severityNumber = reader.int32();
    else if (tag === LOG_RECORD.severityText) severityText = reader.string(true);
    else if (tag === LOG_RECORD.body) body = readValue(reader, body ?? null);
    else if (tag === LOG_RECORD.attributes) readPair(reader, attributes);
    else if (tag === LOG_RECORD.droppedAttributesCount) droppedAttributesCount = reader.uint32();
    else if (tag === LOG_RECORD.flags) flags = reader.fixed32();
    else if (tag === LOG_RECORD.traceId) traceId = toHex(reader.bytes());
    else if (tag === LOG_RECORD.spanId) spanId = toHex(reader.bytes());
    else if (tag === LOG_RECORD.eventName) eventName = reader.string(true);
    else skip(reader, tag);
  }
  const others = withoutDefaults({ severityNumber, severityText, droppedAttributesCount, flags, traceId, spanId });
  if (body !== undefined) others.body = body;
  return { timeUnixNano, observedTimeUnixNano, eventName, attributes, others };
}

interface ContainerFields {
  readonly description?: number;
  readonly list: number;
  readonly schemaUrl?: number;
}

interface Container {
  readonly schemaUrl: string;
  readonly items: readonly Uint8Array[];
  /** Size of what all items share: the description and the schema URL. */
  readonly sharedBytes: number;
}

interface ContainerOptions {
  readonly fields: ContainerFields;
  readonly description: Description | undefined;
  readonly maxItems: number;
}

/**
 * Reads one level of a message; the messages in its list stay bytes. Returns `undefined` if the bytes are not a message.
 *
 * @throws BatchTooLargeError, after counting: what is empty would require a hundred times its memory in a list
 */
function readContainer(bytes: Uint8Array, { fields, description, maxItems }: ContainerOptions): Container | undefined {
  const items: Uint8Array[] = [];
  let itemCount = 0;
  let descriptionBytes = 0;
  let schemaUrl = '';
  const isRead = tryTo(() => {
    const reader = new BinaryReader(bytes);
    while (hasField(reader, reader.len)) {
      const [field, wireType] = reader.tag();
      const isList = wireType === WireType.LengthDelimited && field === fields.list;
      if (isList && ++itemCount <= maxItems) {
        items.push(reader.bytes());
      } else if (isList || wireType !== WireType.LengthDelimited) {
        reader.skip(wireType, field);
      } else if (description && field === fields.description) {
        const start = reader.pos;
        description.read(reader);
        descriptionBytes += reader.pos - start;
      } else if (field === fields.schemaUrl) {
        schemaUrl = reader.string(true);
      } else {
        reader.skip(wireType, field);
      }
    }
    return true;
  });
  requireAtMost(maxItems, itemCount);
  return isRead ? { schemaUrl, items, sharedBytes: descriptionBytes + schemaUrl.length } : undefined;
}

/** A resource or a scope. Each message that is read continues the previous one, as protobuf requires. */
interface Description {
  read(reader: BinaryReader): void;
  result(schemaUrl: string): JsonRecord;
}

function describeResource(): Description {
  const attributes: Record<string, unknown> = {};
  let droppedAttributesCount = 0;
  return {
    read: (reader) => {
      const end = readEnd(reader);
      while (hasField(reader, end)) {
        const tag = readTag(reader);
        if (tag === RESOURCE.attributes) readPair(reader, attributes);
        else if (tag === RESOURCE.droppedAttributesCount) droppedAttributesCount = reader.uint32();
        else skip(reader, tag);
      }
    },
    result: (schemaUrl) => withAttributes({ droppedAttributesCount, schemaUrl }, attributes),
  };
}

function describeScope(): Description {
  const attributes: Record<string, unknown> = {};
  let [name, version, droppedAttributesCount] = ['', '', 0];
  return {
    read: (reader) => {
      const end = readEnd(reader);
      while (hasField(reader, end)) {
        const tag = readTag(reader);
        if (tag === SCOPE.name) name = reader.string(true);
        else if (tag === SCOPE.version) version = reader.string(true);
        else if (tag === SCOPE.attributes) readPair(reader, attributes);
        else if (tag === SCOPE.droppedAttributesCount) droppedAttributesCount = reader.uint32();
        else skip(reader, tag);
      }
    },
    result: (schemaUrl) => withAttributes({ name, version, droppedAttributesCount, schemaUrl }, attributes),
  };
}

function withAttributes(members: JsonRecord, attributes: JsonRecord): JsonRecord {
  return { ...withoutDefaults(members), ...(Object.keys(attributes).length > 0 && { attributes }) };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}
