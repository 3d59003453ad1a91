import type { ProblemItem } from './problem-document.ts';
import { isRequestErrorCode, type RequestErrorCode } from './request-error-codes.ts';

/** An error of the HTTP layer: of a request rather than of events. */
export interface RequestError extends Error {
  readonly code: RequestErrorCode;
  /** Header fields that the response needs, e.g. Allow. */
  readonly headers: Readonly<Record<string, string>>;
  /** Each problem with its place in the request, if known. */
  readonly errors: readonly ProblemItem[] | undefined;
}

export interface RequestErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly ProblemItem[];
  readonly cause?: unknown;
}

export function createRequestError(
  code: RequestErrorCode,
  detail: string,
  { headers = {}, errors, cause }: RequestErrorOptions = {},
): RequestError {
  return Object.assign(new Error(detail, { cause }), { name: 'RequestError', code, headers, errors });
}

/** True if the error is one of the HTTP layer; `code` identifies it. */
export function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && isRequestErrorCode(error.code);
}
