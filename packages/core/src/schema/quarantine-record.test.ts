import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { parseEventId } from '../event/event-id.ts';
import { isEventType } from '../event/event-type.ts';
import { INEXACT_NUMBER } from '../event/inexact-number.ts';
import { createQuarantineRecord, type RejectedEvent, readQuarantineRecord, replayedIdOf } from './quarantine-record.ts';

const NOW = Date.UTC(2025, 0, 31, 12);
const SENT = { event_type: 'login', timestamp: 'yesterday', payload: { user_id: 1 } };
const PROBLEM = { pointer: '/timestamp', code: 'invalid_timestamp', detail: 'expected RFC 3339 with a zone' };
const RECEIPT = { protocol: 'event-tracker', receivedAt: NOW, deriveId, maxPayloadBytes: 1_000 };

function recordOf(rejected: Partial<RejectedEvent> = {}, receipt: Partial<typeof RECEIPT> = {}) {
  return createQuarantineRecord(
    { eventType: 'login', problems: [PROBLEM], sent: SENT, text: undefined, ...rejected },
    { ...RECEIPT, ...receipt },
  );
}

describe('a quarantine record', () => {
  test('holds what was sent, its problems, and how and when it arrived', () => {
    expect(recordOf()).toEqual({
      id: expect.any(String),
      event_type: 'quarantine.login',
      timestamp: '2025-01-31T12:00:00Z',
      payload: {
        problems: [PROBLEM],
        protocol: 'event-tracker',
        received_at: '2025-01-31T12:00:00Z',
        event: SENT,
      },
    });
  });

  test('has an id that depends on what was sent and on the protocol alone', () => {
    const { id } = recordOf() ?? {};
    const { payload, timestamp, event_type } = SENT;
    const reordered = { payload, timestamp, event_type };
    expect(recordOf({ sent: reordered, problems: [] }, { receivedAt: NOW + 1_000 })?.id).toBe(id);
    expect(recordOf({ sent: { ...SENT, payload: {} } })?.id).not.toBe(id);
    expect(recordOf({}, { protocol: 'cloudevents' })?.id).not.toBe(id);
  });

  test.each<[string, unknown]>([
    ['a number that is not exact', { ...SENT, payload: { n: INEXACT_NUMBER } }],
    ['U+0000', { ...SENT, payload: { text: '\0' } }],
    ['a lone surrogate', { ...SENT, payload: { text: '\ud800' } }],
    ['too many levels', Array.from({ length: 40 }).reduce((inner: object) => ({ inner }), {})],
    ['nothing that was parsed', undefined],
  ])('holds the text of an event with %s', (_, sent) => {
    const record = recordOf({ sent, text: '{"text":…}' });
    expect(record?.payload).toMatchObject({ text: '{"text":…}' });
    expect(record?.payload).not.toHaveProperty('event');
  });

  test('does not exist for what can be stored neither as JSON nor as text', () => {
    expect(recordOf({ sent: INEXACT_NUMBER })).toBeUndefined();
    expect(recordOf({ sent: INEXACT_NUMBER, text: '\0' })).toBeUndefined();
    expect(recordOf({ sent: { text: 'x'.repeat(100_000) } })).toBeUndefined();
  });

  test('replaces characters in problems that cannot be stored', () => {
    const record = recordOf({ problems: [{ ...PROBLEM, pointer: '/a\0\ud800' }] });
    expect(record?.payload.problems).toMatchObject([{ pointer: '/a\ufffd\ufffd' }]);
  });

  test('has the first 20 problems', () => {
    expect(recordOf({ problems: Array.from({ length: 30 }, () => PROBLEM) })?.payload.problems).toHaveLength(20);
  });

  test.each<[string, unknown, string]>([
    ['no type', undefined, 'unknown'],
    ['a type that is not text', 5, 'unknown'],
    ['an empty type', '', 'unknown'],
    ['a type with a control character', 'a\nb', 'unknown'],
    ['a reserved type', 'quarantine.login', 'quarantine.login'],
    ['the longest type', 'x'.repeat(255), 'x'.repeat(244)],
    ['the longest type in emoji', '😀'.repeat(255), '😀'.repeat(244)],
  ])('has a valid type for an event with %s', (_, eventType, expected) => {
    const record = recordOf({ eventType });
    expect(record?.event_type).toBe(`quarantine.${expected}`);
    expect(record?.event_type).toSatisfy(isEventType);
  });
});

describe('readQuarantineRecord', () => {
  test('returns what a record holds, and its protocol', () => {
    const record = recordOf();
    if (!record) expect.fail('no record');
    const stored = JSON.parse(JSON.stringify(record)) as typeof record;
    expect(readQuarantineRecord(stored, deriveId)).toEqual({ protocol: 'event-tracker', held: { event: SENT } });
    const text = recordOf({ sent: undefined, text: '{' });
    if (!text) expect.fail('no record');
    expect(readQuarantineRecord(text, deriveId)).toEqual({ protocol: 'event-tracker', held: { text: '{' } });
  });

  test('rejects events that only look like records', () => {
    const record = recordOf();
    if (!record) expect.fail('no record');
    const others = [
      { ...record, event_type: 'login' },
      { ...record, id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' },
      { ...record, payload: {} },
      { ...record, payload: { ...record.payload, event: { ...SENT, timestamp: '2025-01-01T12:00:00Z' } } },
    ];
    for (const other of others) expect(readQuarantineRecord(other, deriveId)).toBeUndefined();
  });
});

describe('replayedIdOf', () => {
  test.each([
    ['a6edc906-2f9f-5fb2-a373-efac406f0ef2', 'a6edc906-2f9f-5fb2-a373-efac406f0ef3'],
    ['a6edc906-2f9f-5fb2-a373-efac406f0eff', 'a6edc906-2f9f-5fb2-a373-efac406f0efe'],
  ])('returns another id of the same version, always the same: %s', (id, expected) => {
    expect(replayedIdOf({ id })).toBe(expected);
    expect(parseEventId(expected)).toBe(expected);
  });
});
