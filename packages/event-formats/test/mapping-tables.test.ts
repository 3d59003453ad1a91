import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  readCloudEvent,
  readJsonLogRecord,
  readPostHogEvent,
  readSegmentMessage,
  readSnowplowEvent,
  type TranslatedItem,
} from '../src/index.ts';
import { deriveId } from './derive-id.ts';

/* Runs the table of each README: sets a member of a document to a value, and compares the event. */

interface Format {
  /** The document of the table, before a member is set. */
  readonly document: unknown;
  translate(document: unknown): TranslatedItem;
}

const FORMATS: Readonly<Record<string, Format>> = {
  cloudevents: {
    document: { specversion: '1.0', id: '1', source: '/shop', type: 'order', time: '2025-01-01T12:00:00Z' },
    translate: (document) => readCloudEvent(document, { deriveId, trackerSource: 'urn:event-tracker' }),
  },
  otlp: {
    document: { timeUnixNano: '1735732800000000000' },
    translate: (document) => {
      const { resource, scope, ...record } = document as Record<string, unknown>;
      return readJsonLogRecord(record, [{}, { resource }, { scope }], 0, { deriveId, digest: '' });
    },
  },
  snowplow: {
    document: { e: 'pv', dtm: '1735732800000' },
    translate: (document) =>
      readSnowplowEvent(document, {
        deriveId,
        parseJson: (text) => JSON.parse(text) as unknown,
        decodeBase64: (text) => Buffer.from(text, 'base64url').toString(),
      }),
  },
  segment: {
    document: { type: 'track', event: 'order', timestamp: '2025-01-01T12:00:00Z' },
    translate: (document) => readSegmentMessage(document, { deriveId }),
  },
  posthog: {
    document: { event: 'order', timestamp: '2025-01-01T12:00:00Z' },
    translate: (document) => readPostHogEvent(document, { deriveId }),
  },
};

/** A row: `path` of the document, its value, and the path of the event with its value there. */
function rowsOf(format: string) {
  const text = readFileSync(new URL(`../src/${format}/README.md`, import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (`[^`]+`|nothing) \| (?:`([^`]+)` )?\|$/gm)];
  return rows.map(([, path = '', value = '', place = '', becomes = value]) => ({
    path,
    value: JSON.parse(value) as unknown,
    place: place.replaceAll('`', ''),
    becomes: JSON.parse(becomes) as unknown,
  }));
}

describe.each(Object.entries(FORMATS))('%s', (name, { document, translate }) => {
  const rows = rowsOf(name);

  test('has a table', () => {
    expect(rows.length).toBeGreaterThan(5);
  });

  test.each(rows)('$path = $value is $place', ({ path, value, place, becomes }) => {
    const item = translate(withValue(document, path.split('.'), value));
    if (!('event' in item)) throw new Error(JSON.stringify(item.problem));
    if (place === 'nothing') expect(JSON.stringify(item.event)).not.toContain(JSON.stringify(value));
    else expect(valueAt(item.event, place.split('.'))).toEqual(becomes);
  });
});

function withValue(document: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  const members = document as Record<string, unknown>;
  return { ...members, [name]: rest.length === 0 ? value : withValue(members[name] ?? {}, rest, value) };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, name) => (found as Record<string, unknown> | undefined)?.[name], value);
}
