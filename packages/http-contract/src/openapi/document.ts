import type * as v from 'valibot';
import {
  type HeaderField,
  REQUEST_HEADERS,
  RESPONSE_HEADERS,
  type RequestHeaderName,
} from '../operations/header-fields.ts';
import { type Operation, type QueryParameter, TAGS } from '../operations/operation.ts';
import { PROBLEM_CODES } from '../problems/problem-kinds.ts';
import { exampleProblem } from './example-problems.ts';
import { jsonSchemaOf, namedSchemas } from './json-schema.ts';
import { describeContents, describeResponses, describeWrongMethod } from './responses.ts';

type Json = Record<string, unknown>;

const DESCRIPTION = `Submit events, have them stored durably, and get every one of them back.

- Unknown query parameters, and unknown members of an event, are rejected with 400: nothing is silently ignored.
- Any other path is 404 \`not_found\`, any other method 405 \`method_not_allowed\`.
- Every error is a problem document (RFC 9457) with a \`code\` to program against.
- HEAD returns the same as GET, without the body.
- If the operator has set keys, most operations require one with the scope \`read\`, \`write\` or \`admin\`; \`admin\` includes
  the other scopes.`;

/** The ways to send a key. Every operation that requires a key accepts both. */
const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The key as it is.' },
  basic: { type: 'http', scheme: 'basic', description: 'The key as user name, with any password.' },
};

export interface OpenApiOptions {
  /** Path that precedes the path of every operation; empty for the root. */
  readonly basePath: string;
  /** The version of the server. */
  readonly version: string;
}

/** Describes operations in OpenAPI 3.1. */
export function createOpenApiDocument(operations: readonly Operation[], { basePath, version }: OpenApiOptions): Json {
  const paths = Map.groupBy(operations, ({ path }) => path);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Event Tracker',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath || '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries([...paths].map(([path, ofPath]) => [path, describePath(ofPath)])),
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: namedSchemas(),
      responses: { MethodNotAllowed: describeWrongMethod() },
      headers: Object.fromEntries(
        Object.entries<HeaderField>(RESPONSE_HEADERS).map(([name, field]) => [name, describeResponseHeader(field)]),
      ),
      examples: Object.fromEntries(PROBLEM_CODES.map((code) => [code, { value: exampleProblem(code, basePath) }])),
    },
  };
}

function describePath(operations: readonly Operation[]): Json {
  const described = operations.flatMap((operation) => {
    const { method, id, summary } = operation;
    const description = describeOperation(operation);
    if (method !== 'GET') return [[method.toLowerCase(), description]];
    const responses = withoutBodies(description.responses);
    const head = { ...description, operationId: `${id}Head`, summary: `${summary}: header fields alone`, responses };
    return [
      ['get', description],
      ['head', head],
    ];
  });
  return Object.fromEntries(described);
}

function describeOperation(operation: Operation) {
  const {
    id,
    tag,
    summary,
    description,
    scope,
    pathParameters,
    queryParameters,
    requestHeaders = [],
    requestBody,
  } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: [
      ...Object.entries(pathParameters ?? {}).map(([name, schema]) => describePathParameter(name, schema)),
      ...Object.entries(queryParameters).map(([name, parameter]) => describeQueryParameter(name, parameter)),
      ...[...requestHeaders, 'X-Request-Id' as const].map(describeRequestHeader),
    ],
    security: scope === 'open' ? [] : Object.keys(SECURITY_SCHEMES).map((scheme) => ({ [scheme]: [scope] })),
    ...(requestBody && { requestBody: { required: true, content: describeContents(requestBody) } }),
    responses: describeResponses(operation),
  };
}

function withoutBodies(responses: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(responses).map(([status, { content, ...response }]) => [status, response]));
}

function describePathParameter(name: string, pathSchema: v.GenericSchema): Json {
  const { description, ...schema } = jsonSchemaOf(pathSchema);
  return { name, in: 'path', required: true, description, schema };
}

/**
 * Describes a query parameter. The schema of a repeatable parameter accepts a string or a list and returns a list, so its
 * output is described. By default, OpenAPI repeats a list, and makes each member of an object a separate parameter.
 */
function describeQueryParameter(name: string, { schema: querySchema, occurs, examples }: QueryParameter): Json {
  const { description, ...schema } = jsonSchemaOf(querySchema, occurs === 'repeatable' ? 'output' : 'ignore');
  return { name, in: 'query', description, schema, ...(examples && { examples: describeExamples(examples) }) };
}

function describeExamples(examples: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(Object.entries(examples).map(([title, value]) => [title, { value }]));
}

function describeRequestHeader(name: RequestHeaderName): Json {
  const { description, schema, example } = REQUEST_HEADERS[name];
  // In the schema, because Swagger UI sends an example of the parameter itself with each call.
  return { name, in: 'header', description, schema: { ...jsonSchemaOf(schema), examples: [example] } };
}

function describeResponseHeader({ description, schema, example, isAlwaysThere }: HeaderField): Json {
  return { description, required: isAlwaysThere, schema: jsonSchemaOf(schema), example };
}
