export { type BinaryBody, readBinaryCloudEvent } from './cloudevents/read-binary-cloud-event.ts';
export { type CloudEventOptions, readCloudEvent } from './cloudevents/read-cloud-event.ts';
export { writeCloudEvent } from './cloudevents/write-cloud-event.ts';
export { isRecord, type JsonRecord } from './json.ts';
export type { OtlpOptions } from './otlp/log-record.ts';
export { binaryOtlpReply, jsonOtlpReply, type PartialSuccess } from './otlp/otlp-reply.ts';
export { type BinaryLogRecord, findBinaryLogRecords, readBinaryLogRecord } from './otlp/read-binary-log-records.ts';
export { OTLP_LOG_RECORDS, readJsonLogRecord } from './otlp/read-json-log-record.ts';
export { type PostHogOptions, readPostHogEvent, readPostHogKey } from './posthog/read-posthog-event.ts';
export {
  readSegmentKey,
  readSegmentMessage,
  SEGMENT_TYPES,
  type SegmentOptions,
  type SegmentType,
} from './segment/read-segment-message.ts';
export { readSnowplowEvent, type SnowplowOptions } from './snowplow/read-snowplow-event.ts';
export {
  createDocumentError,
  type DeriveId,
  type ItemProblem,
  type Places,
  pointerInItem,
  type TranslatedEvent,
  type TranslatedItem,
  type TranslatedItems,
  translateEach,
} from './translation.ts';
