import type { ResponseHeaderName } from '../operations/header-fields.ts';
import type { Contents, Operation, OperationResponse } from '../operations/operation.ts';
import { PROBLEMS, type ProblemCode } from '../problems/problem-kinds.ts';
import { jsonSchemaOf } from './json-schema.ts';

type Json = Record<string, unknown>;

/** Problems of any request, detected before the rate limiter and the operation. */
const PROBLEMS_OF_HTTP: readonly ProblemCode[] = [
  'bad_request',
  'misdirected_request',
  'unsupported_transfer_encoding',
  'request_timeout',
  'expectation_failed',
  'headers_too_large',
];

/** Header fields of every response. */
const COMMON_HEADERS: readonly ResponseHeaderName[] = [
  'X-Request-Id',
  'X-Content-Type-Options',
  'Cross-Origin-Resource-Policy',
];

/** Problems of requests without the key that an operation requires. */
const PROBLEMS_OF_KEYS: readonly ProblemCode[] = ['unauthorized', 'forbidden'];

/** Header fields of a problem, in addition to those of every response. */
const PROBLEM_HEADERS: Partial<Record<ProblemCode, ResponseHeaderName>> = {
  unauthorized: 'WWW-Authenticate',
  method_not_allowed: 'Allow',
  unsupported_media_type: 'Accept',
  unsupported_encoding: 'Accept-Encoding',
  rate_limited: 'Retry-After',
};

/** Describes all responses of an operation, by status. */
export function describeResponses({
  scope,
  responses,
  problems,
  requestBody,
  counts = 'every request',
}: Operation): Record<string, Json> {
  const isLimited = problems.includes('rate_limited');
  const codes = Map.groupBy(
    [
      ...problems,
      'invalid_query' as const,
      ...(requestBody ? [] : ['unexpected_body' as const]),
      ...(scope === 'open' ? [] : PROBLEMS_OF_KEYS),
      ...PROBLEMS_OF_HTTP,
    ],
    (code) => PROBLEMS[code].status,
  );
  return Object.fromEntries([
    ...responses.map((response) => [
      response.status,
      describeResponse(response, isLimited && counts === 'every request'),
    ]),
    ...[...codes].map(([status, ofStatus]) => {
      const isCounted = ofStatus.some((code) => !PROBLEMS_OF_HTTP.includes(code));
      return [status, describeProblems(ofStatus, isLimited && isCounted)];
    }),
  ]);
}

/** Describes the response to a method that a path does not allow. It belongs to no operation. */
export function describeWrongMethod(): Json {
  return describeProblems(['method_not_allowed'], true);
}

/** Describes a body in each of its media types. */
export function describeContents(contents: Contents): Json {
  return Object.fromEntries(
    Object.entries(contents).map(([mediaType, { schema, examples }]) => [
      mediaType,
      {
        schema: jsonSchemaOf(schema),
        examples: Object.fromEntries(Object.entries(examples).map(([title, value]) => [title, { value }])),
      },
    ]),
  );
}

function describeResponse({ description, headers, body }: OperationResponse, isLimited: boolean): Json {
  return {
    description,
    headers: describeHeaders(headers, isLimited),
    ...(body && { content: describeContents(body) }),
  };
}

function describeProblems(codes: readonly ProblemCode[], isLimited: boolean): Json {
  const headers = codes.flatMap((code) =>
    PROBLEMS[code].status === 503 ? 'Retry-After' : (PROBLEM_HEADERS[code] ?? []),
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].cause}`).join('\n\n'),
    headers: describeHeaders(headers, isLimited),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function describeHeaders(names: readonly ResponseHeaderName[], isLimited: boolean): Json {
  const limits: readonly ResponseHeaderName[] = isLimited ? ['RateLimit-Policy', 'RateLimit'] : [];
  const all: readonly ResponseHeaderName[] = [...COMMON_HEADERS, ...limits, ...names];
  return Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
