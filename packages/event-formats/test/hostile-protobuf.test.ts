import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { expectBrief, exportedParsers, HOSTILE_LENGTH } from '../../core/test/hostile-text.ts';
import { findBinaryLogRecords, readBinaryLogRecord } from '../src/index.ts';
import { deriveId } from './derive-id.ts';

/** Finds and reads the records of a request, as the server does. */
function readRequest(body: Uint8Array): void {
  const records = findBinaryLogRecords(body, { maxRecords: 10_000 });
  for (const [index, record] of records.entries()) readBinaryLogRecord(record, index, { deriveId, digest: 'digest' });
}

function readRecord(bytes: Uint8Array): void {
  const source = { resource: undefined, scope: undefined, bytes: 0 };
  readBinaryLogRecord({ bytes, source }, 0, { deriveId, digest: 'digest' });
}

/** Functions that decode protobuf, with what each is the message of. */
const PARSERS = { findBinaryLogRecords: readRequest, readBinaryLogRecord: readRecord };

/** A field whose value is bytes, such as a text or a message. */
function field(number: number, value: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(value).finish();
}

function repeat(bytes: Uint8Array): Uint8Array {
  const count = Math.ceil(HOSTILE_LENGTH / bytes.length);
  return Uint8Array.from({ length: count * bytes.length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** Nests a message in fields of itself until it is long. */
function nest(...numbers: readonly number[]): Uint8Array {
  let message: Uint8Array = new Uint8Array();
  for (let depth = 0; message.length < HOSTILE_LENGTH && depth < 5_000; depth++)
    message = field(numbers[depth % numbers.length] ?? 0, message);
  return message;
}

/** The value of an AnyValue that is a text. */
const TEXT = field(1, Buffer.from('a'));
const [RESOURCE_LOGS, RESOURCE, SCOPE_LOGS, LOG_RECORDS, BODY, ATTRIBUTES] = [1, 1, 2, 2, 5, 6] as const;

/** Puts the bytes of one level of a request into all levels above. */
function inRequest(...levels: readonly number[]): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => levels.reduceRight((inner, number) => field(number, inner), bytes);
}

const PLACES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  'a request': (bytes) => bytes,
  'a resource': inRequest(RESOURCE_LOGS, RESOURCE),
  'a scope': inRequest(RESOURCE_LOGS, SCOPE_LOGS, RESOURCE),
  'a record': inRequest(RESOURCE_LOGS, SCOPE_LOGS, LOG_RECORDS),
  'a body': inRequest(RESOURCE_LOGS, SCOPE_LOGS, LOG_RECORDS, BODY),
  attributes: inRequest(RESOURCE_LOGS, SCOPE_LOGS, LOG_RECORDS, ATTRIBUTES),
};

const HOSTILE: Readonly<Record<string, Uint8Array>> = {
  'bytes of 0': new Uint8Array(HOSTILE_LENGTH),
  'bytes of 255': new Uint8Array(HOSTILE_LENGTH).fill(255),
  'starts of groups': repeat(Uint8Array.of(0x0b)),
  'starts of groups that end': Uint8Array.from([...Array(32_000).fill(0x0b), ...Array(32_000).fill(0x0c)]),
  'lengths of 4 GiB': repeat(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)),
  'long numbers': repeat(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)),
  'empty messages': repeat(field(1, new Uint8Array())),
  'empty messages of another field': repeat(field(2, new Uint8Array())),
  'empty values': repeat(field(BODY, new Uint8Array())),
  'empty attributes': repeat(field(ATTRIBUTES, new Uint8Array())),
  'attributes of one name': repeat(field(ATTRIBUTES, field(2, TEXT))),
  'attributes of many names': Buffer.concat(
    Array.from({ length: 4_000 }, (_, n) => field(ATTRIBUTES, Buffer.concat([field(1, Buffer.from(`a${n}`)), TEXT]))),
  ),
  'a value that is a list again and again': repeat(field(BODY, field(5, field(1, TEXT)))),
  'a value that is an object again and again': repeat(field(BODY, field(6, field(1, field(2, TEXT))))),
  'nested lists': nest(1, 5),
  'nested objects': nest(2, 1, 6),
  'nested messages': nest(1),
  'nested records': nest(2),
};

test('the places of hostile bytes are read', () => {
  const put = PLACES['a record'] ?? expect.fail();
  const [record] = findBinaryLogRecords(put(field(BODY, TEXT)), { maxRecords: 1 });
  expect(record?.bytes).toEqual(field(BODY, TEXT));
});

describe('64 KiB of hostile protobuf', () => {
  test.each(Object.entries(HOSTILE))('occupies its readers for less than 20 ms: %s', async (_, bytes) => {
    await expectBrief(readRecord, [bytes]);
    for (const [place, put] of Object.entries(PLACES)) {
      const body = put(bytes);
      expect(body.length, place).toBeGreaterThanOrEqual(bytes.length);
      await expectBrief(readRequest, [body]);
    }
  });
});

test('the list contains every exported function that receives bytes first', () => {
  const names = exportedParsers(['packages/event-formats/src/*/*.ts']);
  expect(names).not.toEqual([]);
  expect(names.filter((name) => !Object.hasOwn(PARSERS, name))).toEqual([]);
});
