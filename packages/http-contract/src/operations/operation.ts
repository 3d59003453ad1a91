import type * as v from 'valibot';
import type { ProblemCode } from '../problems/problem-kinds.ts';
import type { RequestHeaderName, ResponseHeaderName } from './header-fields.ts';
import type { Route } from './routes.ts';
import type { Scope } from './scope.ts';

/** The methods of all operations. Every operation with GET also supports HEAD. */
export const METHODS = ['DELETE', 'GET', 'HEAD', 'POST'] as const;

/**
 * A call of the API, described completely: the app matches requests by it, rejects query parameters that it does not
 * name, and describes it in the OpenAPI document.
 */
export interface Operation extends Route {
  /** Verb and noun: the name of the function in a client library. */
  readonly id: string;
  /** Scope that the key of a request requires; `open` requires no key. */
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
  /** Which requests count towards the rate limit, if `rate_limited` is a problem. Default: every request. */
  readonly counts?: 'every request' | 'wrong keys';
  /** The protocol of a call of a client of another system. */
  readonly protocol?: string;
  /** True if the path can end with a slash, because clients of another system may add one. */
  readonly acceptsTrailingSlash?: true;
  /** True if the key can be a member of the body. */
  readonly acceptsKeyInBody?: true;
  /** Problems of this operation, in addition to those of every request. */
  readonly problems: readonly ProblemCode[];
}

/** A query parameter. If its schema is an object, each member is a separate parameter. */
export interface QueryParameter {
  readonly schema: v.GenericSchema;
  readonly occurs: 'once' | 'repeatable';
  /** By title; the first is filled in when the call is tried out. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** A response other than a problem document. */
export interface OperationResponse {
  readonly status: 200 | 201 | 202 | 204 | 304;
  readonly description: string;
  /** Header fields in addition to those of every response. */
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
  'Other systems': 'Submit events as clients of other systems do.',
  Numbers: 'Statistics of events, and event types.',
  Schemas: 'What events must look like, and the quarantine of those that do not.',
  Operation: 'Probes and metrics, for operators.',
  Reference: 'This description, and the problem codes.',
} as const;

type Tag = keyof typeof TAGS;
