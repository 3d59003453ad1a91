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
  summary: 'Look up what a problem is',
  description: 'Cause and cure of the problems with this code. The `type` of every problem document leads here.',
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
  description: 'What clients can do, in OpenAPI 3.1: for code generators and the like.',
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
  description: 'The same as a page for people, where every call can be tried out. It needs no internet.',
  queryParameters: {},
  requestHeaders: ['Accept-Encoding', 'If-None-Match'],
  responses: fileResponses('The page.', ['Content-Security-Policy', 'Referrer-Policy'], {
    'text/html': text('<!doctype html>'),
  }),
  problems: ['rate_limited'],
};

/** The files of the page by their names. */
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
  description: 'What the page at `/docs` is made of.',
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
  const kept: OperationResponse['headers'] = ['ETag', 'Cache-Control', 'Vary', ...headers];
  return [
    { status: 200, description, headers: [...kept, 'Content-Encoding'], body },
    { status: 304, description: 'It is what the client has.', headers: kept },
  ];
}

function text(beginning: string): Content {
  return { schema: v.string(), examples: { 'Its beginning': beginning } };
}
