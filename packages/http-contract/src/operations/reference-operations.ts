import * as v from 'valibot';
import { ProblemKindSchema } from '../bodies/schemas.ts';
import { problemTypeOf } from '../problems/problem.ts';
import { PROBLEM_CODES, PROBLEMS } from '../problems/problem-kinds.ts';
import type { Content, Operation, OperationResponse } from './operation.ts';

export const GET_PROBLEM: Operation = {
  id: 'getProblem',
  method: 'GET',
  path: '/problems/{code}',
  scope: 'open',
  tag: 'Reference',
  summary: 'Describe a problem',
  description:
    'Returns the cause and the cure of the problem with this code. The `type` of every problem document points here.',
  pathParameters: { code: v.pipe(v.picklist(PROBLEM_CODES), v.description('The `code` of a problem document.')) },
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'The problem.',
      headers: [],
      body: {
        'application/json': {
          schema: ProblemKindSchema,
          examples: {
            'Rate limited': { type: problemTypeOf('rate_limited', ''), code: 'rate_limited', ...PROBLEMS.rate_limited },
          },
        },
      },
    },
  ],
  problems: ['not_found', 'rate_limited'],
};

export const GET_OPENAPI: Operation = {
  id: 'getOpenApi',
  method: 'GET',
  path: '/openapi.json',
  scope: 'read',
  tag: 'Reference',
  summary: 'Get this description',
  description: 'Returns this API in OpenAPI 3.1, for example for code generators.',
  queryParameters: {},
  requestHeaders: ['Accept-Encoding', 'If-None-Match'],
  responses: fileResponses('This document.', [], {
    'application/json': {
      schema: v.looseObject({ openapi: v.pipe(v.string(), v.startsWith('3.1.')) }),
      examples: { 'Its beginning': { openapi: '3.1.1' } },
    },
  }),
  problems: ['rate_limited'],
};

export const GET_DOCS: Operation = {
  id: 'getDocs',
  method: 'GET',
  path: '/docs',
  scope: 'read',
  tag: 'Reference',
  summary: 'Read this description',
  description:
    'Returns this description as a web page where every call can be tried out. The page requires no internet access.',
  queryParameters: {},
  requestHeaders: ['Accept-Encoding', 'If-None-Match'],
  responses: fileResponses('The page.', ['Content-Security-Policy', 'Referrer-Policy'], {
    'text/html': text('<!doctype html>'),
  }),
  problems: ['rate_limited'],
};

/** Media types of the files of the page, by file name. */
export const DOCS_FILES = {
  'page.css': 'text/css',
  'page.js': 'text/javascript',
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
} as const;

export type DocsFile = keyof typeof DOCS_FILES;

export const GET_DOCS_FILE: Operation = {
  id: 'getDocsFile',
  method: 'GET',
  path: '/docs/{file}',
  scope: 'read',
  tag: 'Reference',
  summary: 'Get a file of the page',
  description: 'Returns a file of the page at `/docs`.',
  pathParameters: { file: v.pipe(v.picklist(Object.keys(DOCS_FILES)), v.description('The name of the file.')) },
  queryParameters: {},
  requestHeaders: ['Accept-Encoding', 'If-None-Match'],
  responses: fileResponses('The file.', [], {
    'text/css': text('html { margin: 0 }'),
    'text/javascript': text("document.querySelector('main')"),
  }),
  problems: ['not_found', 'rate_limited'],
};

function fileResponses(
  description: string,
  headers: OperationResponse['headers'],
  body: Record<string, Content>,
): OperationResponse[] {
  const cached: OperationResponse['headers'] = ['ETag', 'Cache-Control', 'Vary', ...headers];
  return [
    { status: 200, description, headers: [...cached, 'Content-Encoding'], body },
    { status: 304, description: 'The copy that the client has is current.', headers: cached },
  ];
}

function text(beginning: string): Content {
  return { schema: v.string(), examples: { 'Its beginning': beginning } };
}
