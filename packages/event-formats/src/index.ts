export { type BinaryBody, readBinaryCloudEvent } from './cloudevents/read-binary-cloud-event.ts';
export { type CloudEventOptions, readCloudEvent } from './cloudevents/read-cloud-event.ts';
export { writeCloudEvent } from './cloudevents/write-cloud-event.ts';
export { isRecord, type JsonRecord } from './json.ts';
export { type PostHogOptions, readPostHogEvent, readPostHogKey } from './posthog/read-posthog-event.ts';
export {
  readSegmentKey,
  readSegmentMessage,
  SEGMENT_TYPES,
  type SegmentOptions,
  type SegmentType,
} from './segment/read-segment-message.ts';
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
