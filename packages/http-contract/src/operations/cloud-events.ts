import * as v from 'valibot';
import { CLOUD_EVENT } from '../bodies/examples.ts';
import { CLOUDEVENT_BATCH_MEDIA_TYPE, CLOUDEVENT_MEDIA_TYPE } from '../bodies/media-types.ts';
import { CloudEventSchema } from '../bodies/schemas.ts';
import { GET_EVENT, QUERY_EVENTS, SUBMIT_EVENTS } from './event-operations.ts';
import type { Contents, Operation } from './operation.ts';

const ONE: Contents = {
  [CLOUDEVENT_MEDIA_TYPE]: { schema: CloudEventSchema, examples: { 'A CloudEvent': CLOUD_EVENT } },
};
const BATCH: Contents = {
  [CLOUDEVENT_BATCH_MEDIA_TYPE]: { schema: v.array(CloudEventSchema), examples: { 'A batch': [CLOUD_EVENT] } },
};

/** The operations of a server that also accepts and returns CloudEvents, in place of those with the same ids. */
export const WITH_CLOUDEVENTS = {
  SUBMIT_EVENTS: {
    ...SUBMIT_EVENTS,
    description: `${SUBMIT_EVENTS.description}

CloudEvents 1.0 are accepted in every mode: with attributes in header fields (\`ce-specversion: 1.0\`), as
\`${CLOUDEVENT_MEDIA_TYPE}\`, and as a batch. The response to every CloudEvent that is stored is 200.`,
    requestHeaders: [...(SUBMIT_EVENTS.requestHeaders ?? []), 'ce-specversion'],
    requestBody: { ...SUBMIT_EVENTS.requestBody, ...ONE, ...BATCH },
    acceptsTrailingSlash: true,
  },
  QUERY_EVENTS: alsoReturning(QUERY_EVENTS, BATCH),
  GET_EVENT: alsoReturning(GET_EVENT, ONE),
} satisfies Record<string, Operation>;

function alsoReturning(operation: Operation, contents: Contents): Operation {
  const responses = operation.responses.map((response) =>
    response.status === 200 ? { ...response, body: { ...response.body, ...contents } } : response,
  );
  return { ...operation, responses };
}
