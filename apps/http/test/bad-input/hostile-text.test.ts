import type { IncomingMessage } from 'node:http';
import { parseFilteredQuery, parseStatsQuery } from '@event-tracker/core/schemas';
import * as formats from '@event-tracker/event-formats';
import {
  readArrivalQuery,
  readEventQuery,
  readFollowQuery,
  readQueryString,
  readStatsQuery,
} from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { parseEventId, requireEventId } from '../../../../packages/core/src/event/event-id.ts';
import { isEventType } from '../../../../packages/core/src/event/event-type.ts';
import { isExactNumber } from '../../../../packages/core/src/event/exact-number.ts';
import { hasInexactNumber } from '../../../../packages/core/src/event/inexact-number.ts';
import { pointerStep, stepsOfPointer } from '../../../../packages/core/src/event/json-pointer.ts';
import { parseExactJson, parseJsonText } from '../../../../packages/core/src/event/parse-json-text.ts';
import { isQuarantineType } from '../../../../packages/core/src/event/quarantine-prefix.ts';
import {
  hasAtMostCodePoints,
  isStorable,
  shorten,
  truncateCodePoints,
} from '../../../../packages/core/src/event/text.ts';
import { parseTimestamp } from '../../../../packages/core/src/event/timestamp.ts';
import { describeTimestampProblem } from '../../../../packages/core/src/event/timestamp-problem.ts';
import { nearestName } from '../../../../packages/core/src/nearest-name.ts';
import { decodePosition } from '../../../../packages/core/src/query/arrival-position.ts';
import { decodeCursor } from '../../../../packages/core/src/query/cursor.ts';
import { compileContainsIgnoringCase } from '../../../../packages/core/src/query/ignoring-case.ts';
import { parseLiteral, parseLiterals } from '../../../../packages/core/src/query/literal.ts';
import { parseCondition } from '../../../../packages/core/src/query/parse-condition.ts';
import {
  endOfJsonString,
  parseJsonString,
  parsePayloadPath,
} from '../../../../packages/core/src/query/payload-path.ts';
import { canOccurInNumbers, compileSearch } from '../../../../packages/core/src/query/search-text.ts';
import { parseTimeBound } from '../../../../packages/core/src/query/time-bound.ts';
import { parseTimeZone } from '../../../../packages/core/src/query/time-zone.ts';
import { describeUnknownParameters } from '../../../../packages/core/src/query/unknown-parameters.ts';
import { likePatternOf } from '../../../../packages/core/src/store/like-pattern.ts';
import {
  expectBrief,
  exportedParsers,
  hostileTexts,
  MAX_MS,
  type Parser,
  timeOf,
} from '../../../../packages/core/test/hostile-text.ts';
import { csvRow, csvValue } from '../../../../packages/http-contract/src/bodies/csv.ts';
import { isIdempotencyKey } from '../../../../packages/http-contract/src/operations/idempotency-key.ts';
import { isRequestId } from '../../../../packages/http-contract/src/operations/request-id.ts';
import { readColumns } from '../../../../packages/http-contract/src/query/columns.ts';
import { readNumber } from '../../../../packages/http-contract/src/query/event-query-string.ts';
import { readHandling } from '../../../../packages/http-contract/src/query/handling.ts';
import { nearestPath } from '../../src/app/nearest-path.ts';
import { keyInUrl } from '../../src/auth/key-in-url.ts';
import { parseKey } from '../../src/auth/parse-keys.ts';
import { secretOf } from '../../src/auth/secret-of.ts';
import { createDigestCheck } from '../../src/body/content-digest.ts';
import { endOfString, skipWhiteSpace } from '../../src/body/json-text.ts';
import { bodyFormatOf, parseContentType } from '../../src/body/media-type.ts';
import { decodeUtf8, parseEventText } from '../../src/body/parse-json.ts';
import { splitArray, splitLines } from '../../src/body/split-documents.ts';
import { clientAddress } from '../../src/rate-limit/client-address.ts';
import { createCors } from '../../src/request/cors.ts';
import { requestIdOf } from '../../src/request/request-id.ts';
import { chooseCompression } from '../../src/response/compression.ts';
import { isMatchedBy, isNamedBy } from '../../src/response/e-tag.ts';
import { negotiate } from '../../src/response/negotiate.ts';
import { createHostCheck } from '../../src/server/host-check.ts';
import { isLoopback } from '../../src/server/loopback.ts';
import { requestProblem } from '../../src/server/request-problems.ts';

const ID = '0123456789abcdef0123456789abcdef';
const PLACE = { index: 0, pointer: '' } as unknown as Parameters<typeof parseEventText>[1];

function incomingWith(headers: Record<string, string>, url = '/events'): IncomingMessage {
  const rawHeaders = Object.entries(headers).flat();
  return { headers, rawHeaders, url, method: 'GET', httpVersion: '1.1', socket: {} } as unknown as IncomingMessage;
}

function preflightWith(names: string): IncomingMessage {
  const headers = {
    origin: 'https://example.com',
    'access-control-request-method': 'POST',
    'access-control-request-headers': names,
  };
  return { ...incomingWith(headers), method: 'OPTIONS' } as IncomingMessage;
}

function parametersOf(name: string, text: string): ReadonlyMap<string, readonly string[]> {
  return new Map([[name, [text]]]);
}

const deriveId = (): string => '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

/** Every function that parses text of a client, by name. */
const PARSERS: Readonly<Record<string, Parser>> = {
  // events
  parseTimestamp,
  describeTimestampProblem,
  parseEventId,
  requireEventId,
  isExactNumber,
  hasInexactNumber,
  isEventType,
  isQuarantineType,
  isStorable,
  shorten,
  hasAtMostCodePoints: (text) => hasAtMostCodePoints(text, 100),
  truncateCodePoints: (text) => truncateCodePoints(text, 100),
  pointerStep,
  stepsOfPointer,
  parseJsonText,
  parseExactJson,
  // queries
  parseTimeBound,
  parseTimeZone,
  decodePosition: (text) => decodePosition(text, ID),
  decodeCursor: (text) => decodeCursor(text, {}, 'asc'),
  parseLiteral: (text) => parseLiteral(text),
  parseLiterals,
  parsePayloadPath: (text) => parsePayloadPath(text),
  endOfJsonString: (text) => endOfJsonString(text, 0),
  parseJsonString,
  parseCondition: (text) => [parseCondition(`payload.${text}`, '1'), parseCondition('payload.a[in]', text)],
  compileSearch,
  canOccurInNumbers,
  compileContainsIgnoringCase,
  describeUnknownParameters: (text) => describeUnknownParameters([text, ...text.split('&')], ['start', 'end']),
  nearestName: (text) => nearestName(text, ['start', 'end', 'limit']),
  parseFilteredQuery: (text) => parseFilteredQuery({}, { start: text, event_type: text, q: text, [text]: text }),
  parseStatsQuery: (text) => parseStatsQuery({ metric: text, group_by: text } as Parameters<typeof parseStatsQuery>[0]),
  readQueryString: (text) => readQueryString(`/events?${text}`, { start: 'once', 'payload.*': 'repeatable' }),
  readEventQuery: (text) => readEventQuery(parametersOf('limit', text)),
  readArrivalQuery: (text) => readArrivalQuery(parametersOf('after', text)),
  readFollowQuery: (text) => readFollowQuery(parametersOf('after', text), text),
  readStatsQuery: (text) => readStatsQuery(parametersOf('top', text)),
  readColumns: (text) => readColumns(parametersOf('columns', text)),
  readNumber,
  nearestPath: (text) => nearestPath(`/${text}`, ['/events', '/events/{id}', '/stats']),
  // header fields
  parseContentType,
  bodyFormatOf: (text) => bodyFormatOf(text, { acceptsText: true } as never),
  negotiate: (text) => negotiate(text, ['application/json', 'text/csv']),
  chooseCompression,
  isNamedBy: (text) => isNamedBy(text, '"abc"'),
  isMatchedBy: (text) => isMatchedBy(text, '"abc"'),
  createDigestCheck,
  readHandling,
  isIdempotencyKey,
  isRequestId,
  requestIdOf,
  secretOf,
  parseKey: (text) => parseKey(text, text, text),
  keyInUrl: (text) => keyInUrl(incomingWith({}, `/events?key=${text}`)),
  clientAddress: (text) => clientAddress(incomingWith({ 'x-forwarded-for': text }), 1),
  isLoopback,
  createHostCheck: (text) => createHostCheck(['example.com'])(incomingWith({ host: text })),
  createCors: (text) => createCors(['https://example.com'])?.preflightHeadersFor(preflightWith(text)),
  requestProblem: (text) => [
    requestProblem(incomingWith({ host: text })),
    requestProblem(incomingWith({ host: 'a', 'transfer-encoding': text, 'content-type': text })),
    requestProblem(incomingWith({ host: 'a' }, `/${text}`)),
  ],
  // bodies
  decodeUtf8: (text) => decodeUtf8(Buffer.from(text)),
  parseEventText: (text) => parseEventText(text, PLACE, 1_000_000),
  skipWhiteSpace: (text) => skipWhiteSpace(text, 0),
  endOfString: (text) => endOfString(text, 0),
  splitLines,
  splitArray,
  // events of other systems
  readCloudEvent: (text) =>
    formats.readCloudEvent(
      { specversion: '1.0', id: text, source: text, type: text, time: text, datacontenttype: text, data_base64: text },
      { deriveId, trackerSource: '/events' },
    ),
  readBinaryCloudEvent: (text) =>
    formats.readBinaryCloudEvent(
      {
        'ce-specversion': '1.0',
        'ce-id': text,
        'ce-source': text,
        'ce-type': text,
        'ce-time': text,
        'content-type': text,
      },
      { isEmpty: false, json: () => text, text: () => text, base64: () => text },
      { deriveId, trackerSource: '/events' },
    ),
  readJsonLogRecord: (text) =>
    formats.readJsonLogRecord(
      { timeUnixNano: text, eventName: text, traceId: text, body: { intValue: text } },
      [{}, {}, {}],
      0,
      { deriveId, digest: ID },
    ),
  readSegmentMessage: (text) =>
    formats.readSegmentMessage({ type: 'track', event: text, messageId: text, timestamp: text }, { deriveId }),
  readSegmentKey: (text) => formats.readSegmentKey({ writeKey: text }),
  readPostHogEvent: (text) => formats.readPostHogEvent({ event: text, uuid: text, timestamp: text }, { deriveId }),
  readPostHogKey: (text) => formats.readPostHogKey({ api_key: text }),
  readSnowplowEvent: (text) =>
    formats.readSnowplowEvent(
      { e: 'ue', eid: text, dtm: text, ue_px: text, cx: text },
      { deriveId, parseJson: parseExactJson, decodeBase64: atob },
    ),
  // values that are written
  csvValue,
  csvRow: (text) => csvRow([text]),
  likePatternOf,
};

/** Functions with a text that does not come from a client, or that only combine parsers of this list. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['compareTimestamps', 'epochNanosecondsOf', 'encodePosition', 'compareCodePoints', 'matchesType', 'fingerprint'],
  ...[
    'caseVariantsOf',
    'hasVariantBeyondAscii',
    'isScope',
    'readDryRun',
    'readFormat',
    'readFilterQuery',
    'readNextLink',
  ],
  'parseBase36', // its callers limit the number of digits
  ...['textList', 'siteFile', 'readSiteFile'],
  ...[
    'isOrderedByArrival',
    'strongETagOf',
    'weakETagOf',
    'commonHeaders',
    'respondStatic',
    'malformedJson',
    'uuidV5',
    'quarantineIdOf',
  ],
  ...['readText', 'findNestedItems', 'clientOfKey', 'createCounter', 'createRedis', 'openSharedCounts'],
]);

describe('64 KiB of hostile text', () => {
  test.each(Object.entries(PARSERS))('occupies %s for less than 20 ms', { timeout: 120_000 }, (_, parse) =>
    expectBrief(parse, hostileTexts()),
  );

  test('exceeds the limit with a pattern that is quadratic', async () => {
    const parse: Parser = (text) => /T.*X$/.test(text);
    expect(await timeOf(parse, 'T'.repeat(16_000))).toBeGreaterThan(MAX_MS);
  });
});

test('the list contains every exported function that receives a text first', () => {
  const names = exportedParsers([
    'packages/core/src/{event,query}/*.ts',
    'packages/core/src/nearest-name.ts',
    'packages/core/src/store/like-pattern.ts',
    'packages/http-contract/src/{query,operations}/*.ts',
    'apps/http/src/{app,auth,body,rate-limit,request,response,server}/*.ts',
  ]);
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !Object.hasOwn(PARSERS, name) && !OTHERS.has(name))).toEqual([]);
});

test('the list contains every function that reads an event of another system', () => {
  const names = Object.keys(formats).filter((name) => name.startsWith('read'));
  expect(names.filter((name) => !Object.hasOwn(PARSERS, name) && name !== 'readBinaryLogRecord')).toEqual([]);
});
