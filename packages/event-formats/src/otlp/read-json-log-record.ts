import { isRecord, isSet, type JsonRecord, omit, setMember } from '../json.ts';
import { problemAt, type TranslatedItem } from '../translation.ts';
import {
  exactInteger,
  jsonDouble,
  type OtlpOptions,
  type RecordSource,
  translateLogRecord,
  withoutDefaults,
} from './log-record.ts';

/** The members of an ExportLogsServiceRequest that lead to its log records. */
export const OTLP_LOG_RECORDS = ['resourceLogs', 'scopeLogs', 'logRecords'] as const;

/** Members that `translateLogRecord` reads by themselves. */
const READ: ReadonlySet<string> = new Set(['timeUnixNano', 'observedTimeUnixNano', 'eventName', 'attributes', 'body']);

/**
 * Translates a log record of a document in JSON.
 *
 * @param around the objects that contain the record: the document, its ResourceLogs, and its ScopeLogs
 */
export function readJsonLogRecord(
  record: unknown,
  [, resourceLogs, scopeLogs]: readonly JsonRecord[],
  index: number,
  options: OtlpOptions,
): TranslatedItem {
  if (!isRecord(record)) return problemAt('', 'not_an_object', 'expected a log record, which is an object');
  const fields = {
    timeUnixNano: readNanoseconds(record.timeUnixNano),
    observedTimeUnixNano: readNanoseconds(record.observedTimeUnixNano),
    eventName: record.eventName,
    attributes: readAttributes(record.attributes),
    others: {
      ...withoutDefaults(omit(record, READ)),
      ...(isSet(record.body) && { body: readAnyValue(record.body) }),
    },
  };
  return translateLogRecord(fields, sourceOf(resourceLogs, scopeLogs), index, options);
}

/** Sources by their ScopeLogs: all records of one share it. */
const sources = new WeakMap<JsonRecord, RecordSource>();

function sourceOf(resourceLogs: JsonRecord = {}, scopeLogs: JsonRecord = {}): RecordSource {
  const known = sources.get(scopeLogs);
  if (known) return known;
  const source = { resource: describe(resourceLogs, 'resource'), scope: describe(scopeLogs, 'scope') };
  sources.set(scopeLogs, source);
  return source;
}

/** Returns the resource or the scope with its attributes as an object, and with the schema URL next to it. */
function describe(logs: JsonRecord, name: 'resource' | 'scope'): JsonRecord {
  const described = logs[name] ?? {};
  if (!isRecord(described)) return { [name]: undefined }; // what is not JSON is refused with the record
  const attributes = readAttributes(described.attributes);
  return {
    ...withoutDefaults({ ...omit(described, ATTRIBUTES), schemaUrl: logs.schemaUrl }),
    ...(!(isRecord(attributes) && Object.keys(attributes).length === 0) && { attributes }),
  };
}

const ATTRIBUTES: ReadonlySet<string> = new Set(['attributes']);

/** Returns 0 for a time that is not set, and `undefined` for what is not a time. */
function readNanoseconds(value: unknown): bigint | undefined {
  if (!isSet(value) || value === '') return 0n;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

/** Returns attributes as an object; `undefined`, which is not JSON and so refused, if they are not a list of pairs. */
function readAttributes(list: unknown): JsonRecord | undefined {
  if (!isSet(list)) return {};
  if (!Array.isArray(list)) return undefined;
  const attributes: Record<string, unknown> = {};
  for (const pair of list as readonly unknown[]) {
    if (!isRecord(pair) || typeof pair.key !== 'string') return undefined;
    setMember(attributes, pair.key, readAnyValue(pair.value));
  }
  return attributes;
}

/** Returns the value of an AnyValue; `undefined`, which is not JSON and so refused, if it is none. */
function readAnyValue(any: unknown): unknown {
  if (!isSet(any)) return null;
  if (!isRecord(any)) return undefined;
  const [entry, second] = Object.entries(any).filter(([, value]) => isSet(value));
  if (!entry) return null;
  if (second) return undefined;
  const [name, value] = entry;
  switch (name) {
    case 'stringValue':
    case 'bytesValue':
      return typeof value === 'string' ? value : undefined;
    case 'boolValue':
      return typeof value === 'boolean' ? value : undefined;
    case 'intValue':
      return readInteger(value);
    case 'doubleValue':
      return typeof value === 'number' || DOUBLE_TEXT.test(String(value)) ? jsonDouble(Number(value)) : undefined;
    case 'arrayValue':
      return isRecord(value) && Array.isArray(value.values ?? []) ? listOf(value.values).map(readAnyValue) : undefined;
    case 'kvlistValue':
      return isRecord(value) ? readAttributes(value.values) : undefined;
    default:
      return undefined;
  }
}

const DOUBLE_TEXT = /^(?:NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function listOf(values: unknown): readonly unknown[] {
  return Array.isArray(values) ? values : [];
}

function readInteger(value: unknown): number | string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? exactInteger(BigInt(value)) : undefined;
}
