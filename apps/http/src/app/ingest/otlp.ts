import { hash } from 'node:crypto';
import {
  binaryOtlpReply,
  findBinaryLogRecords,
  jsonOtlpReply,
  OTLP_LOG_RECORDS,
  type PartialSuccess,
  readBinaryLogRecord,
  readJsonLogRecord,
  translateEach,
} from '@event-tracker/event-formats';
import { INGEST_OTLP, PROTOBUF_MEDIA_TYPE } from '@event-tracker/http-contract';
import { parseContentType } from '../../body/media-type.ts';
import { findNestedItems } from '../../body/nested-items.ts';
import { decodeUtf8 } from '../../body/parse-json.ts';
import { type ForeignCall, jsonReply } from './foreign-call.ts';
import type { ItemOutcome } from './submit-translated.ts';

export const OTLP: ForeignCall = {
  protocol: 'otlp',
  operation: INGEST_OTLP,
  isPartial: true,
  read: async (body, { c, deriveId, limits }) => {
    const options = { deriveId, digest: hash('sha256', body) };
    if (parseContentType(c.req.header('content-type')).type === PROTOBUF_MEDIA_TYPE) {
      const records = findBinaryLogRecords(body, { maxRecords: limits.maxBatchEvents });
      for (const { source } of records) limits.reserveShared(source.bytes);
      return {
        isBatch: true,
        items: translateEach(records, (record, index) => readBinaryLogRecord(record, index, options)),
        reply: (outcomes) => ({
          contentType: PROTOBUF_MEDIA_TYPE,
          body: binaryOtlpReply(partialSuccessOf(outcomes)),
        }),
      };
    }
    const { items } = await findNestedItems(decodeUtf8(body), OTLP_LOG_RECORDS, limits);
    return {
      isBatch: true,
      items: translateEach(items, ({ parse, around }, index) => readJsonLogRecord(parse(), around, index, options)),
      reply: (outcomes) => jsonReply(jsonOtlpReply(partialSuccessOf(outcomes))),
    };
  },
};

function partialSuccessOf(outcomes: readonly ItemOutcome[]): PartialSuccess | undefined {
  const problems = outcomes.flatMap((outcome, index) => ('problem' in outcome ? { index, ...outcome.problem } : []));
  const [first] = problems;
  if (!first) return undefined;
  const { index, pointer, detail } = first;
  const more = problems.length === 1 ? '' : `; and ${problems.length - 1} more`;
  const errorMessage = `log record ${index}${pointer === '' ? '' : `, ${pointer}`}: ${detail}${more}`;
  return { rejectedLogRecords: problems.length, errorMessage };
}
