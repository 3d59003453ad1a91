import { create, fromBinary, type MessageInitShape, toBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { type Random, withRandom } from '../../test/random.ts';
import {
  binaryOtlpReply,
  findBinaryLogRecords,
  jsonOtlpReply,
  OTLP_LOG_RECORDS,
  pointerInItem,
  readBinaryLogRecord,
  readJsonLogRecord,
  type TranslatedItem,
} from '../index.ts';
import {
  ExportLogsServiceRequestSchema,
  ExportLogsServiceResponseSchema,
} from './generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { type AnyValue, AnyValueSchema } from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import {
  LogRecordSchema,
  ResourceLogsSchema,
  ScopeLogsSchema,
  SeverityNumber,
} from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';

const OPTIONS = { deriveId, digest: 'd' };
const LIMITS = { maxRecords: 1_000 };
const NANOSECONDS = 1_735_732_800_123_456_789n;

/** Translates the records of a request in JSON. */
function readJson(request: unknown): readonly TranslatedItem[] {
  let around: readonly Record<string, unknown>[][] = [[request as Record<string, unknown>]];
  for (const name of OTLP_LOG_RECORDS)
    around = around.flatMap((path) =>
      ((path.at(-1)?.[name] ?? []) as Record<string, unknown>[]).map((inner) => [...path, inner]),
    );
  return around.map((path, index) => readJsonLogRecord(path.at(-1), path.slice(0, -1), index, OPTIONS));
}

function readBinary(bytes: Uint8Array): readonly TranslatedItem[] {
  return findBinaryLogRecords(bytes, LIMITS).map((record, index) => readBinaryLogRecord(record, index, OPTIONS));
}

function readRecord(record: object): TranslatedItem {
  return readJson({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })[0] as TranslatedItem;
}

describe('a log record', () => {
  test('has an id of its document and its position', () => {
    const logRecords = [{ timeUnixNano: '1' }, { timeUnixNano: '1' }];
    const ids = readJson({ resourceLogs: [{ scopeLogs: [{ logRecords }, { logRecords }] }] }).map(
      (item) => 'event' in item && item.event.id,
    );
    expect(ids).toEqual([0, 1, 2, 3].map((index) => deriveId('3e7a1c9b-52d8-4f16-b7e4-9a0d2c6f8b04', `d/${index}`)));
  });

  test('has the observed time if its time is not set', () => {
    for (const timeUnixNano of [undefined, null, 0, '0', ''])
      expect(readRecord({ timeUnixNano, observedTimeUnixNano: String(NANOSECONDS) })).toMatchObject({
        event: { timestamp: '2025-01-01T12:00:00.123456789Z', payload: { observedTimeUnixNano: String(NANOSECONDS) } },
      });
  });

  test('prefers eventName to the attribute', () => {
    const attributes = [{ key: 'event.name', value: { stringValue: 'b' } }];
    expect(readRecord({ timeUnixNano: '1', eventName: 'a', attributes })).toMatchObject({ event: { event_type: 'a' } });
  });

  test.each<[string, object, string]>([
    ['no time', {}, '/timeUnixNano'],
    ['a time that is a date', { timeUnixNano: '2025-01-01' }, '/timeUnixNano'],
    ['a negative time', { timeUnixNano: -1 }, '/timeUnixNano'],
    ['a time as a number that a double does not hold', { timeUnixNano: 2 ** 60 }, '/timeUnixNano'],
    ['a time after 2262', { timeUnixNano: '18446744073709551615' }, '/timeUnixNano'],
    ['an observed time after 2262', { observedTimeUnixNano: '18446744073709551615' }, '/observedTimeUnixNano'],
    ['a name that is not text', { timeUnixNano: '1', eventName: 5 }, '/eventName'],
    ['an observed time that is none', { timeUnixNano: '1', observedTimeUnixNano: 'x' }, '/observedTimeUnixNano'],
  ])('with %s is refused', (_, record, pointer) => {
    expect(readRecord(record)).toMatchObject({ problem: { pointer } });
  });

  test.each<[string, object, string, string]>([
    ['eventName', { timeUnixNano: '1', eventName: 'a' }, '/eventName', '/timeUnixNano'],
    [
      'an attribute',
      { timeUnixNano: '1', attributes: [{ key: 'event.name', value: { stringValue: 'a' } }] },
      '/attributes/event.name',
      '/timeUnixNano',
    ],
    ['no name and no time', { observedTimeUnixNano: '1' }, '/eventName', '/observedTimeUnixNano'],
  ])('with %s has its type and its timestamp from members that it names', (_, record, typePlace, timePlace) => {
    const item = readRecord(record);
    const places = 'places' in item ? item.places : [];
    expect(['/event_type', '/timestamp', '/payload/body'].map((at) => pointerInItem(at, places))).toEqual([
      typePlace,
      timePlace,
      '/body',
    ]);
  });

  test('has no resource and no scope if they are null', () => {
    const logRecords = [{ timeUnixNano: '1' }];
    const [item] = readJson({ resourceLogs: [{ resource: null, scopeLogs: [{ scope: null, logRecords }] }] });
    expect(item).toHaveProperty('event.payload', {});
  });

  test.each<[string, unknown]>([
    ['another kind', { otherValue: 1 }],
    ['two kinds', { intValue: 1, boolValue: true }],
    ['an integer that is a text', { intValue: 'x' }],
    ['an integer as a number that a double does not hold', { intValue: 2 ** 60 }],
    ['a boolean that is a text', { boolValue: 'true' }],
    ['a text that is a number', { stringValue: 1 }],
    ['a list of pairs without keys', { kvlistValue: { values: [{ value: {} }] } }],
    ['no object', 5],
  ])('with a value of %s is not JSON, so that the tracker refuses it', (_, value) => {
    const item = readRecord({ timeUnixNano: '1', attributes: [{ key: 'a', value }] });
    expect(item).toHaveProperty('event.payload.attributes.a', undefined);
  });

  test('that is not an object is a problem', () => {
    expect(readJson({ resourceLogs: [{ scopeLogs: [{ logRecords: [1] }] }] })).toMatchObject([
      { problem: { pointer: '' } },
    ]);
  });
});

describe('protobuf', () => {
  test.each<[string, Uint8Array]>([
    ['truncated', Uint8Array.of(10, 200, 1)],
    ['of another message', new TextEncoder().encode('{"resourceLogs":[]}')],
    ['with a number of an unknown type', Uint8Array.of(15)],
  ])('that is %s is refused', (_, bytes) => {
    expect(() => findBinaryLogRecords(bytes, LIMITS)).toThrow('expected an ExportLogsServiceRequest in protobuf');
  });

  test('with nothing in it has no records', () => {
    expect(findBinaryLogRecords(new Uint8Array(), LIMITS)).toEqual([]);
  });

  test('with a record that is damaged has a problem for this record alone', () => {
    const record = (bytes: readonly number[]): number[] => [18, bytes.length, ...bytes];
    const scopeLogs = [...record([9, 1, 0, 0, 0, 0, 0, 0, 0]), ...record([9, 1]), ...record([26, 1, 0xff])];
    const resourceLogs = [18, scopeLogs.length, ...scopeLogs];
    const items = readBinary(Uint8Array.of(10, resourceLogs.length, ...resourceLogs));
    expect(items.map((item) => 'event' in item)).toEqual([true, false, false]);
  });

  test('nested deep is refused without delay', () => {
    let value = Uint8Array.of(10, 0);
    for (let depth = 0; depth < 10_000 && value.length < 1_000_000; depth++) {
      // ArrayValue in AnyValue: length-delimited fields 5 and 1.
      const list = Uint8Array.of(10, ...varint(value.length));
      const inner = concat(list, value);
      value = concat(Uint8Array.of(42, ...varint(inner.length)), inner);
    }
    const wrapped = [42, 18, 18, 10].reduce(
      (bytes, tag) => concat(Uint8Array.of(tag, ...varint(bytes.length)), bytes),
      value,
    );
    const begin = process.cpuUsage();
    expect(readBinary(wrapped)).toMatchObject([{ problem: { code: 'malformed_protobuf' } }]);
    expect(process.cpuUsage(begin).user, 'microseconds of CPU time').toBeLessThan(200_000);
  });

  test('with a field that ends after its message is refused', () => {
    const record = {
      timeUnixNano: 1n,
      attributes: [{ key: 'abc', value: { value: { case: 'intValue', value: 5n } } }],
    };
    const bytes = toBinary(
      LogRecordSchema,
      create(LogRecordSchema, record as MessageInitShape<typeof LogRecordSchema>),
    );
    expect(readBinary(withRecord(bytes))).toMatchObject([{ event: { payload: { attributes: { abc: 5 } } } }]);
    const lengthOfKey = bytes.indexOf(3);
    bytes[lengthOfKey] = 8; // the key ends with the record, after the pair
    expect(readBinary(withRecord(bytes))).toMatchObject([{ problem: { code: 'malformed_protobuf' } }]);
  });

  test('with the name __proto__ is not JSON that the tracker accepts', () => {
    const pair = [10, 9, ...new TextEncoder().encode('__proto__')];
    const [item] = readBinary(withRecord(Uint8Array.of(9, 1, 0, 0, 0, 0, 0, 0, 0, 50, pair.length, ...pair)));
    expect(item).toHaveProperty('event.payload.attributes', JSON.parse('{"__proto__":null}'));
  });

  test('with repeated and unknown fields is read as the library reads it', () => {
    withRandom((random) => {
      const recordsOf = (): Uint8Array<ArrayBuffer>[] =>
        randomRequest(random)
          .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
          .map((record) => toBinary(LogRecordSchema, record));
      const unknown = Uint8Array.of(...varint(200 << 3), 5, ...varint((201 << 3) | 2), 2, 1, 2);
      for (let round = 0; round < 300; round++) {
        const bytes = [...recordsOf(), unknown, ...recordsOf()].reduce(concat, new Uint8Array());
        const merged = toBinary(LogRecordSchema, fromBinary(LogRecordSchema, bytes, { readUnknownFields: false }));
        expect(readBinary(withRecord(bytes))).toEqual(readBinary(withRecord(merged)));
      }
    });
  });

  test('with a repeated resource and a repeated scope is read as the library reads it', () => {
    withRandom((random) => {
      for (let round = 0; round < 300; round++) {
        const [one, two] = [...randomRequest(random).resourceLogs, ...randomRequest(random).resourceLogs];
        if (!one || !two) continue;
        const scopes = [...one.scopeLogs, ...two.scopeLogs].map((scope) => toBinary(ScopeLogsSchema, scope));
        const merged = [
          withField(2, scopes.reduce(concat, new Uint8Array())),
          ...[one, two].map((logs) => toBinary(ResourceLogsSchema, logs)),
        ].reduce(concat, new Uint8Array());
        const bytes = withField(1, merged);
        const request = fromBinary(ExportLogsServiceRequestSchema, bytes, { readUnknownFields: false });
        expect(readBinary(bytes)).toEqual(readBinary(toBinary(ExportLogsServiceRequestSchema, request)));
      }
    });
  });

  test('and JSON of random requests are the same events', () => {
    withRandom((random) => {
      for (let round = 0; round < 100; round++) {
        const request = randomRequest(random);
        const json = toJson(ExportLogsServiceRequestSchema, request, { enumAsInteger: true }) as object;
        const fromBytes = readBinary(toBinary(ExportLogsServiceRequestSchema, request));
        expect(fromBytes).toEqual(readJson(withHexIds(json)));
        expect(fromBytes.length).toBe(
          request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)).length,
        );
      }
    });
  });
});

test('replies are ExportLogsServiceResponses', () => {
  const partial = { rejectedLogRecords: 2, errorMessage: 'no' };
  expect([jsonOtlpReply(undefined), binaryOtlpReply(undefined)]).toEqual([{}, new Uint8Array()]);
  const decoded = fromBinary(ExportLogsServiceResponseSchema, binaryOtlpReply(partial));
  expect(toJson(ExportLogsServiceResponseSchema, decoded)).toEqual(jsonOtlpReply(partial));
});

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function concat(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

/** Returns an ExportLogsServiceRequest with one log record. */
function withRecord(record: Uint8Array<ArrayBuffer>): Uint8Array {
  return withField(1, withField(2, withField(2, record)));
}

/** Returns bytes with one field, which is a message. */
function withField(field: number, message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of((field << 3) | 2, ...varint(message.length)), message);
}

/** In the JSON of OTLP, unlike in that of protobuf, ids are hexadecimal. */
function withHexIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHexIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'traceId' || name === 'spanId'
        ? Buffer.from(String(member), 'base64').toString('hex')
        : withHexIds(member),
    ]),
  );
}

function randomRequest(random: Random) {
  const some = <T>(make: () => T): T[] => Array.from({ length: random.below(4) }, make);
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
  const attribute = () => ({ key: random.pick(['a', 'b', 'event.name', 'é']), value: randomValue(random, 0) });
  const text = (): string => random.pick(['', 'a', 'é€']);
  return create(ExportLogsServiceRequestSchema, {
    resourceLogs: some(() => ({
      resource: { attributes: some(attribute), droppedAttributesCount: random.below(2) },
      schemaUrl: text(),
      scopeLogs: some(() => ({
        scope: { name: text(), version: text(), attributes: some(attribute) },
        schemaUrl: text(),
        logRecords: some(() => ({
          timeUnixNano: random.below(3) === 0 ? 0n : random.between(1n, 2n ** 63n),
          observedTimeUnixNano: random.below(3) === 0 ? 0n : random.between(1n, 2n ** 64n - 1n),
          severityNumber: random.pick([SeverityNumber.UNSPECIFIED, SeverityNumber.INFO]),
          severityText: text(),
          body: randomValue(random, 0),
          attributes: some(attribute),
          droppedAttributesCount: random.below(2),
          flags: random.below(2),
          traceId: random.below(2) === 0 ? bytes(0) : bytes(16),
          spanId: random.below(2) === 0 ? bytes(0) : bytes(8),
          eventName: text(),
        })),
      })),
    })),
  });
}

function randomValue(random: Random, depth: number): AnyValue {
  const values = () => Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1));
  const value = random.pick<() => AnyValue['value']>([
    () => ({ case: undefined }),
    () => ({ case: 'stringValue', value: random.pick(['', 'a', '\0']) }),
    () => ({ case: 'boolValue', value: random.below(2) === 0 }),
    () => ({ case: 'intValue', value: random.between(-(2n ** 63n), 2n ** 63n - 1n) }),
    () => ({ case: 'doubleValue', value: random.pick([0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300]) }),
    () => ({ case: 'bytesValue', value: Uint8Array.from({ length: random.below(4) }, () => random.below(256)) }),
    ...(depth > 2
      ? []
      : [
          () => ({
            case: 'arrayValue' as const,
            value: { $typeName: 'opentelemetry.proto.common.v1.ArrayValue' as const, values: values() },
          }),
          () => ({
            case: 'kvlistValue' as const,
            value: {
              $typeName: 'opentelemetry.proto.common.v1.KeyValueList' as const,
              values: values().map((item, index) => ({
                $typeName: 'opentelemetry.proto.common.v1.KeyValue' as const,
                key: `k${index}`,
                keyStrindex: 0,
                value: item,
              })),
            },
          }),
        ]),
  ])();
  return create(AnyValueSchema, { value });
}
