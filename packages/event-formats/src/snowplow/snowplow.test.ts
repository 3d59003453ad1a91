import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { withRandom } from '../../test/random.ts';
import { pointerInItem, readSnowplowEvent } from '../index.ts';

const UUID = '0d7e6f0a-5c1b-4d3e-9a8f-2b4c6d8e0f1a';
const EVENT = { e: 'pv', eid: UUID, dtm: '1735732800123', url: 'https://a.example/' };
const UE = { schema: 'iglu:com.acme/thing_done/jsonschema/1-0-0', data: { x: 'é' } };
const WRAPPED = JSON.stringify({ schema: 'iglu:s/unstruct_event/jsonschema/1-0-0', data: UE });
const OPTIONS = {
  deriveId,
  parseJson: (text: string) => JSON.parse(text) as unknown,
  decodeBase64: (text: string) => Buffer.from(text, 'base64url').toString(),
};
const read = (event: unknown) => readSnowplowEvent(event, OPTIONS);

describe('readSnowplowEvent', () => {
  test('keeps everything but what the event itself has, and what differs in a retry', () => {
    expect(read({ ...EVENT, stm: '1' })).toMatchObject({
      event: {
        id: UUID,
        event_type: 'page_view',
        timestamp: '2025-01-01T12:00:00.123Z',
        payload: { e: 'pv', url: EVENT.url },
      },
    });
    expect(read({ ...EVENT, stm: '1' })).toEqual(read({ ...EVENT, stm: '2' }));
  });

  test.each([
    ['ue_pr', WRAPPED],
    ['ue_px', Buffer.from(WRAPPED).toString('base64url')],
  ])('decodes a self-describing event in %s and names it after its schema', (name, value) => {
    const item = read({ ...EVENT, e: 'ue', [name]: value });
    expect(item).toMatchObject({ event: { event_type: 'thing_done', payload: { ue: UE } } });
    expect(item).not.toHaveProperty(`event.payload.${name}`);
    const places = 'places' in item ? item.places : [];
    expect(['/event_type', '/payload/ue/data/x', '/payload/url'].map((at) => pointerInItem(at, places))).toEqual([
      `/${name}`,
      `/${name}/data/x`,
      '/url',
    ]);
  });

  test('names a structured event after its action', () => {
    expect(read({ ...EVENT, e: 'se', se_ac: 'add' })).toMatchObject({ event: { event_type: 'se_add' } });
  });

  test('keeps dtm next to ttm, which is the time of the event', () => {
    expect(read({ ...EVENT, ttm: '1735732800000' })).toMatchObject({
      event: { timestamp: '2025-01-01T12:00:00Z', payload: { dtm: EVENT.dtm } },
    });
  });

  test.each<[string, unknown, string]>([
    ['a text', 'x', ''],
    ['another event', { ...EVENT, e: 'xx' }, '/e'],
    ['no time', { ...EVENT, dtm: undefined }, '/dtm'],
    ['a time that is a number', { ...EVENT, dtm: 1 }, '/dtm'],
    ['a time after 2262', { ...EVENT, dtm: '9999999999999' }, '/dtm'],
    ['a structured event without an action', { ...EVENT, e: 'se' }, '/se_ac'],
    ['a self-describing event without one', { ...EVENT, e: 'ue' }, '/ue_px'],
    ['a self-describing event without a schema', { ...EVENT, e: 'ue', ue_pr: '{"data":{}}' }, '/ue_pr'],
    ['contexts that are not JSON', { ...EVENT, co: '{' }, '/co'],
    ['contexts without data', { ...EVENT, co: '{}' }, '/co'],
    ['contexts twice', { ...EVENT, co: '{"data":[]}', cx: 'eyJkYXRhIjpbXX0' }, '/cx'],
    ['an id that is a number', { ...EVENT, eid: 1 }, '/eid'],
  ])('refuses %s', (_, event, pointer) => {
    expect(read(event)).toMatchObject({ problem: { pointer } });
  });

  test('keeps every other member of random events', () => {
    withRandom((random) => {
      for (let i = 0; i < 500; i++) {
        const members = Object.fromEntries(
          Array.from({ length: random.below(6) }, () => [`m${random.below(9)}`, random.pick(['', 'a', '1'])]),
        );
        expect(read({ ...EVENT, ...members })).toHaveProperty('event.payload', { e: 'pv', url: EVENT.url, ...members });
      }
    });
  });
});
