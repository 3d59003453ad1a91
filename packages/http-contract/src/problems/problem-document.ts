import * as v from 'valibot';
import { PROBLEM_CODES } from './problem-kinds.ts';

/** Problems that a document lists; the others are only counted. */
export const MAX_LISTED_PROBLEMS = 20;

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

export const ProblemCodeSchema = v.picklist(PROBLEM_CODES);

export const ProblemTypeSchema = v.pipe(
  v.string(),
  v.metadata({ format: 'uri-reference', description: 'Where cause and cure of the problem can be read.' }),
);

/** The place of an event in a request body: empty for a single event. */
const eventPlace = {
  index: v.exactOptional(v.pipe(wholeNumber, v.description('Which event of a batch, from 0.'))),
  line: v.exactOptional(v.pipe(wholeNumber, v.description('Which line of NDJSON, from 1.'))),
};

/** One thing that is wrong with an event. */
const EventProblemItemSchema = v.strictObject({
  ...eventPlace,
  pointer: v.pipe(v.string(), v.description('Where in the event: a JSON Pointer (RFC 6901).')),
  code: v.string(),
  detail: v.string(),
});

/** One thing that is wrong with the query string. */
const ParameterProblemItemSchema = v.strictObject({
  parameter: v.pipe(v.string(), v.description('Which query parameter.')),
  code: v.string(),
  detail: v.string(),
});

/** One thing that is wrong, and where in the request. */
export const ProblemItemSchema = v.union([EventProblemItemSchema, ParameterProblemItemSchema]);

/** RFC 9457. */
export const ProblemDocumentSchema = v.strictObject({
  type: ProblemTypeSchema,
  title: v.string(),
  status: v.pipe(wholeNumber, v.description('The status of the answer.')),
  code: v.pipe(ProblemCodeSchema, v.description('What to program against.')),
  detail: v.pipe(v.string(), v.description('Helps a person; its words may change.')),
  request_id: v.pipe(v.string(), v.description('The `X-Request-Id` of the answer.')),
  error_count: v.exactOptional(
    v.pipe(wholeNumber, v.description('How many things are wrong; `errors` may list fewer.')),
  ),
  errors: v.exactOptional(
    v.pipe(
      v.array(ProblemItemSchema),
      v.maxLength(MAX_LISTED_PROBLEMS),
      v.description('The first things that are wrong.'),
    ),
  ),
});

export type EventPlace = v.InferOutput<v.StrictObjectSchema<typeof eventPlace, undefined>>;
export type ProblemItem = v.InferOutput<typeof ProblemItemSchema>;
export type ProblemDocument = v.InferOutput<typeof ProblemDocumentSchema>;
