import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { type Random, withRandom } from '../../test/random.ts';
import { pointerInItem, readBinaryCloudEvent, readCloudEvent, writeCloudEvent } from '../index.ts';

const OPTIONS = { deriveId, trackerSource: 'urn:event-tracker' };
const UUID = '0d7e6f0a-5c1b-4d3e-9a8f-2b4c6d8e0f1a';
const CLOUD_EVENT = { specversion: '1.0', id: UUID, source: '/shop', type: 'order', time: '2025-01-01T12:00:00Z' };

function eventOf(document: unknown) {
  const item = readCloudEvent(document, OPTIONS);
  if ('event' in item) return item.event;
  throw new Error(JSON.stringify(item.problem));
}

describe('readCloudEvent', () => {
  test('keeps all members but the version', () => {
    expect(eventOf({ ...CLOUD_EVENT, subject: 's', ext: 1, data: null })).toEqual({
      id: UUID,
      event_type: 'order',
      timestamp: '2025-01-01T12:00:00Z',
      payload: { source: '/shop', subject: 's', ext: 1, data: null },
    });
  });

  test('derives the id from source and id, unless it is a UUID', () => {
    const [one, again, other] = [{ id: 'a' }, { id: 'a' }, { id: 'a', source: '/other' }].map((members) =>
      eventOf({ ...CLOUD_EVENT, ...members }),
    );
    expect(one?.id).toBe(deriveId('6f3c5d0e-0c0a-4b43-9b4e-7d2a51c8e901', '["/shop","a"]'));
    expect(again?.id).toBe(one?.id);
    expect(other?.id).not.toBe(one?.id);
  });

  test('keeps a UUID in upper case as it was sent', () => {
    expect(eventOf({ ...CLOUD_EVENT, id: UUID.toUpperCase() })).toMatchObject({
      id: UUID,
      payload: { id: UUID.toUpperCase() },
    });
  });

  test.each<[string, unknown, string]>([
    ['a list', [], ''],
    ['another version', { specversion: '0.3' }, '/specversion'],
    ['no id', { id: undefined }, '/id'],
    ['an empty id', { id: '' }, '/id'],
    ['no source', { source: undefined }, '/source'],
    ['no type', { type: undefined }, '/type'],
    ['no time', { time: undefined }, '/time'],
    ['time null', { time: null }, '/time'],
    ['a time that is a number', { time: 1 }, '/time'],
    ['a subject that is empty', { subject: '' }, '/subject'],
    ['an extension with an upper-case name', { traceParent: 'x' }, '/traceParent'],
    ['an extension that is an object', { ext: {} }, '/ext'],
    ['an extension that is not whole', { ext: 1.5 }, '/ext'],
    ['two kinds of data', { data: 1, data_base64: 'AQID' }, '/data_base64'],
    ['data_base64 that is not base64', { data_base64: 'A' }, '/data_base64'],
  ])('refuses %s', (_, members, pointer) => {
    const item = readCloudEvent(Array.isArray(members) ? members : { ...CLOUD_EVENT, ...(members as object) }, OPTIONS);
    expect(item).toMatchObject({ problem: { pointer } });
  });

  test('maps places in the event to places in the CloudEvent', () => {
    const item = readCloudEvent({ ...CLOUD_EVENT, data: {} }, OPTIONS);
    const places = 'places' in item ? item.places : [];
    expect(
      ['/event_type', '/timestamp', '/payload/data/x', '/payload', '/id'].map((at) => pointerInItem(at, places)),
    ).toEqual(['/type', '/time', '/data/x', '', '/id']);
  });
});

describe('readBinaryCloudEvent', () => {
  const HEADERS = {
    host: 'localhost',
    'ce-specversion': '1.0',
    'ce-id': UUID,
    'ce-source': '/shop/caf%C3%A9',
    'ce-type': 'order',
    'ce-time': '2025-01-01T12:00:00Z',
  };

  function read(headers: Record<string, string | readonly string[]>, body = '') {
    const item = readBinaryCloudEvent(
      { ...HEADERS, ...headers },
      {
        isEmpty: body === '',
        json: () => JSON.parse(body) as unknown,
        text: () => body,
        base64: () => Buffer.from(body).toString('base64'),
      },
      OPTIONS,
    );
    return 'event' in item ? item.event.payload : item.problem.pointer;
  }

  test.each([
    ['application/json', '{"a":1}', { data: { a: 1 } }],
    ['application/vnd.a+json; charset=utf-8', '[1]', { data: [1] }],
    ['text/plain', 'a', { data: 'a' }],
    ['text/plain; charset=latin1', 'a', { data_base64: 'YQ==' }],
    ['application/xml', '<a/>', { data: '<a/>' }],
    ['application/octet-stream', 'a', { data_base64: 'YQ==' }],
  ])('reads a body of %s', (type, body, data) => {
    expect(read({ 'content-type': type }, body)).toEqual({ source: '/shop/café', datacontenttype: type, ...data });
  });

  test('reads an empty body as no data', () => {
    expect(read({ 'content-type': 'application/json' })).toEqual({
      source: '/shop/café',
      datacontenttype: 'application/json',
    });
  });

  test.each([
    ['"a \\"b\\" %41"', 'a "b" A'],
    ['100%', '100%'],
    ['%E2%82%AC', '€'],
  ])('decodes an attribute %s', (text, subject) => {
    expect(read({ 'ce-subject': text })).toMatchObject({ subject });
  });

  test.each<[string, Record<string, string | readonly string[]>, string]>([
    ['UTF-8 that is damaged', { 'ce-subject': '%C3' }, '/subject'],
    ['bytes outside ASCII', { 'ce-subject': 'Ã©' }, '/subject'],
    ['an attribute that was sent twice', { 'ce-subject': ['a', 'b'] }, '/subject'],
    ['data as a header field', { 'ce-data': 'a' }, '/data'],
    ['the content type as an attribute', { 'ce-datacontenttype': 'a/b' }, '/datacontenttype'],
  ])('refuses %s', (_, headers, pointer) => {
    expect(read(headers)).toBe(pointer);
  });
});

describe('writeCloudEvent', () => {
  const EVENT: Event = { id: UUID, event_type: 'order', timestamp: '2025-01-01T12:00:00Z', payload: { total: 5 } };

  test('writes an event of the tracker with its payload as data', () => {
    expect(writeCloudEvent(EVENT, OPTIONS)).toEqual({
      ...CLOUD_EVENT,
      source: 'urn:event-tracker',
      datacontenttype: 'application/json',
      data: { total: 5 },
    });
  });

  test('writes a CloudEvent as it was submitted', () => {
    const sent = { ...CLOUD_EVENT, id: 'a', ext: true, datacontenttype: 'text/plain', data: 'x' };
    expect(writeCloudEvent(eventOf(sent) as Event, OPTIONS)).toEqual(sent);
  });

  test.each<[string, Event['payload']]>([
    ['an empty payload', {}],
    ['a source alone', { source: '/a' }],
    ['the source of the tracker', { source: 'urn:event-tracker', data: {} }],
    [
      'the source of the tracker with a content type',
      { source: 'urn:event-tracker', datacontenttype: 'application/json', data: {} },
    ],
    ['a member with another case', { source: '/a', Data: 1 }],
    ['a type', { source: '/a', type: 'order' }],
    ['a null', { source: '/a', subject: null }],
    ['an id', { source: '/a', id: 'x' }],
    ['an id that is a UUID', { source: '/a', id: UUID }],
    ['an id of another type', { source: '/a', id: 1 }],
    ['both kinds of data', { source: '/a', data: 1, data_base64: 'AQID' }],
  ])('writes %s so that it is read as the same event', (_, payload) => {
    const event = { ...EVENT, payload };
    expect(eventOf(writeCloudEvent(event, OPTIONS))).toEqual(event);
  });

  test('writes random events so that they are read as the same events', () => {
    withRandom((random) => {
      for (let i = 0; i < 2_000; i++) {
        const event = { ...EVENT, payload: randomPayload(random) };
        expect(eventOf(writeCloudEvent(event, OPTIONS))).toEqual(event);
      }
    });
  });
});

const NAMES = [
  'id',
  'source',
  'type',
  'time',
  'specversion',
  'subject',
  'data',
  'data_base64',
  'ext',
  'Ext',
  'datacontenttype',
];
const VALUES = [
  '/a',
  '',
  UUID,
  'urn:event-tracker',
  '1.0',
  'order',
  '2025-01-01T12:00:00Z',
  'application/json',
  'AQID',
  null,
  1,
  1.5,
  true,
  {},
  { a: [1] },
];

function randomPayload(random: Random): Event['payload'] {
  const names = NAMES.filter(() => random.below(3) === 0);
  return Object.fromEntries(names.map((name) => [name, random.pick(VALUES)]));
}
