import type * as v from 'valibot';
import type { ProblemCode } from '../problems/problem-kinds.ts';
import type { RequestHeaderName, ResponseHeaderName } from './header-fields.ts';
import type { Scope } from './scope.ts';

/** The methods of all operations. What answers GET answers HEAD as well. */
export const METHODS = ['DELETE', 'GET', 'HEAD', 'POST'] as const;

/**
 * Something that clients can have the server do. It is all there is to know of a route: the app matches requests by it,
 * refuses the query parameters that it does not name, and describes it in the OpenAPI document.
 */
export interface Operation {
  /** Verb and noun, as a client library would name its function. */
  readonly id: string;
  readonly method: Exclude<(typeof METHODS)[number], 'HEAD'>;
  /** Below the base path; the name of a path parameter stands in braces. */
  readonly path: `/${string}`;
  /** What a key has to allow; `open` needs none, not even where there are keys. */
  readonly scope: Scope | 'open';
  readonly tag: Tag;
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  readonly pathParameters?: Readonly<Record<string, v.GenericSchema>>;
  readonly queryParameters: Readonly<Record<string, QueryParameter>>;
  readonly requestHeaders?: readonly RequestHeaderName[];
  readonly requestBody?: Contents;
  readonly responses: readonly OperationResponse[];
  /** Which requests count towards the rate limit, where `rate_limited` is a problem; default: every request. */
  readonly counts?: 'every request' | 'wrong keys';
  /** Every problem that this operation has; those that any request may have are known without it. */
  readonly problems: readonly ProblemCode[];
}

/** A query parameter. Where its schema is an object, each member is a parameter of its own. */
export interface QueryParameter {
  readonly schema: v.GenericSchema;
  readonly occurs: 'once' | 'repeatable';
  /** By title; the first is filled in where the call is tried out. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** An answer other than a problem document. */
export interface OperationResponse {
  readonly status: 200 | 201 | 204 | 304;
  readonly description: string;
  /** Beside those that every answer has. */
  readonly headers: readonly ResponseHeaderName[];
  readonly body?: Contents;
}

/** A body by its media type. */
export type Contents = Readonly<Record<string, Content>>;

export interface Content {
  readonly schema: v.GenericSchema;
  /** By title. */
  readonly examples: Readonly<Record<string, unknown>>;
}

export const TAGS = {
  Events: 'Submit events and read them back.',
  Numbers: 'What the events come to.',
  Operation: 'For those who run the server.',
  Reference: 'What clients can look up.',
} as const;

type Tag = keyof typeof TAGS;
