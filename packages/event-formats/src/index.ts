export { type BinaryBody, readBinaryCloudEvent } from './cloudevents/read-binary-cloud-event.ts';
export { type CloudEventOptions, readCloudEvent } from './cloudevents/read-cloud-event.ts';
export { writeCloudEvent } from './cloudevents/write-cloud-event.ts';
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
