/** The format of the events of a request body, by media type. */
export const SUBMISSION_FORMATS = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
} as const;

export type SubmissionMediaType = keyof typeof SUBMISSION_FORMATS;
export type SubmissionFormat = (typeof SUBMISSION_FORMATS)[SubmissionMediaType];

/** The media types of request bodies. */
export const SUBMISSION_MEDIA_TYPES = Object.keys(SUBMISSION_FORMATS) as readonly SubmissionMediaType[];

/** Media types of CloudEvents in the JSON format: of one event, and of a batch. */
export const CLOUDEVENT_MEDIA_TYPE = 'application/cloudevents+json';
export const CLOUDEVENT_BATCH_MEDIA_TYPE = 'application/cloudevents-batch+json';

export const PROTOBUF_MEDIA_TYPE = 'application/x-protobuf';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
