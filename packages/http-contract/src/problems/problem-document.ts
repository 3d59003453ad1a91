import * as v from 'valibot';
import { PROBLEM_CODES } from './problem-kinds.ts';

/** Maximum number of problems that a document lists; further ones are only counted. */
export const MAX_LISTED_PROBLEMS = 20;

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

export const ProblemCodeSchema = v.picklist(PROBLEM_CODES);

export const ProblemTypeSchema = v.pipe(
  v.string(),
  v.metadata({ format: 'uri-reference', description: 'URL of the cause and the cure of the problem.' }),
);

/** The place of an event in a request body: empty for a single event. */
const eventPlace = {
  index: v.exactOptional(v.pipe(wholeNumber, v.description('Index of the event in the batch, from 0.'))),
  line: v.exactOptional(v.pipe(wholeNumber, v.description('Line of NDJSON, from 1.'))),
};

/** A problem of an event. */
const EventProblemItemSchema = v.strictObject({
  ...eventPlace,
  pointer: v.pipe(v.string(), v.description('Place in the event: a JSON Pointer (RFC 6901).')),
  code: v.string(),
  detail: v.string(),
  keyword: v.exactOptional(v.pipe(v.string(), v.description('Keyword of the schema that the event does not meet.'))),
  schema: v.exactOptional(v.pipe(v.string(), v.description('Name of the schema that has this keyword.'))),
});

/** A problem of a query parameter. */
const ParameterProblemItemSchema = v.strictObject({
  parameter: v.pipe(v.string(), v.description('Name of the query parameter.')),
  code: v.string(),
  detail: v.string(),
});

/** A problem, with its place in the request. */
export const ProblemItemSchema = v.union([EventProblemItemSchema, ParameterProblemItemSchema]);

/** RFC 9457. */
export const ProblemDocumentSchema = v.strictObject({
  type: ProblemTypeSchema,
  title: v.string(),
  status: v.pipe(wholeNumber, v.description('The status of the response.')),
  code: v.pipe(ProblemCodeSchema, v.description('Stable identifier of the kind of problem.')),
  detail: v.pipe(v.string(), v.description('Explanation for people; the wording can change.')),
  request_id: v.pipe(v.string(), v.description('The `X-Request-Id` of the response.')),
  error_count: v.exactOptional(v.pipe(wholeNumber, v.description('Number of problems; `errors` can list fewer.'))),
  limit: v.exactOptional(
    v.pipe(wholeNumber, v.description('The limit that the request exceeds, such as a number of bytes.')),
  ),
  actual: v.exactOptional(
    v.pipe(wholeNumber, v.description('What the request has, in the unit of `limit`; possibly more.')),
  ),
  errors: v.exactOptional(
    v.pipe(v.array(ProblemItemSchema), v.maxLength(MAX_LISTED_PROBLEMS), v.description('The first problems.')),
  ),
});

export type EventPlace = v.InferOutput<v.StrictObjectSchema<typeof eventPlace, undefined>>;
export type ProblemItem = v.InferOutput<typeof ProblemItemSchema>;
export type ProblemDocument = v.InferOutput<typeof ProblemDocumentSchema>;
