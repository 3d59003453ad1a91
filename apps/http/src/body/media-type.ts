import {
  createRequestError,
  SUBMISSION_FORMATS,
  SUBMISSION_MEDIA_TYPES,
  type SubmissionFormat,
} from '@event-tracker/http-contract';

const FORMATS: ReadonlyMap<string, SubmissionFormat> = new Map(Object.entries(SUBMISSION_FORMATS));
/** Browsers send this type for forms; `curl -d` sends it for any body. */
const FORM_TYPE = 'application/x-www-form-urlencoded';
const MAX_SHOWN_LENGTH = 100;
const CHARSET = /^charset="?([^"]*)"?$/i;

/** A media type in lower case, and its charset, if any. */
export interface ContentType {
  readonly type: string;
  readonly charset: string | undefined;
}

/** @throws RequestError bad_request if there are two charsets */
export function parseContentType(contentType: string | undefined): ContentType {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim());
  const [charset, second] = parameters.flatMap((parameter) => CHARSET.exec(parameter)?.[1]?.toLowerCase() ?? []);
  if (second !== undefined) throw createRequestError('bad_request', 'Content-Type has more than one charset');
  return { type: type.toLowerCase(), charset };
}

export function isUtf8({ charset }: ContentType): boolean {
  return charset === undefined || charset === 'utf-8' || charset === 'utf8';
}

/**
 * Returns the format of a body by its Content-Type.
 *
 * @param acceptsText true if `text/plain` is JSON, because browsers can send beacons to other origins only with this type
 * @param accepted the media types in the error
 * @throws RequestError unsupported_media_type, with the accepted types; bad_request if there are two charsets
 */
export function bodyFormatOf(
  contentType: string | undefined,
  acceptsText = false,
  accepted: readonly string[] = SUBMISSION_MEDIA_TYPES,
): SubmissionFormat {
  const exact = FORMATS.get(contentType ?? '');
  if (exact) return exact;
  const parsed = parseContentType(contentType);
  const format = acceptsText && parsed.type === 'text/plain' ? 'json' : FORMATS.get(parsed.type);
  if (format && isUtf8(parsed)) return format;
  throw createMediaTypeError(parsed, format !== undefined, accepted);
}

/** @param isKnown true if only the charset is wrong */
export function createMediaTypeError(
  { type, charset }: ContentType,
  isKnown: boolean,
  accepted: readonly string[],
): Error {
  const types = accepted.join(', ');
  const detail = `${describeType(type, isKnown ? charset : undefined)}; expected ${types}, in UTF-8`;
  return createRequestError('unsupported_media_type', detail, { headers: { Accept: types } });
}

/** Describes the type that arrived, with a hint for a default of curl. */
function describeType(type: string, charset: string | undefined): string {
  if (type === '') return 'Content-Type is missing';
  if (charset !== undefined) return `the charset ${charset.slice(0, MAX_SHOWN_LENGTH)} is not supported`;
  if (type === FORM_TYPE)
    return `the Content-Type ${FORM_TYPE}, which curl -d sends by default, is not supported: add -H 'Content-Type: application/json'`;
  return `the Content-Type ${type.slice(0, MAX_SHOWN_LENGTH)} is not supported`;
}
