import {
  createRequestError,
  SUBMISSION_FORMATS,
  SUBMISSION_MEDIA_TYPES,
  type SubmissionFormat,
} from '@event-tracker/http-contract';

const FORMATS: ReadonlyMap<string, SubmissionFormat> = new Map(Object.entries(SUBMISSION_FORMATS));
/** What browsers send for forms, and curl for any body. */
const FORM_TYPE = 'application/x-www-form-urlencoded';
const MAX_SHOWN_LENGTH = 100;
const CHARSET = /^charset="?([^"]*)"?$/i;

/**
 * Returns the format of a body by its Content-Type.
 *
 * @param acceptsText whether `text/plain` is JSON: browsers send beacons of no other type to another origin
 * @throws RequestError unsupported_media_type, naming the types that are accepted; bad_request where there are two charsets
 */
export function bodyFormatOf(contentType: string | undefined, acceptsText = false): SubmissionFormat {
  const exact = FORMATS.get(contentType ?? '');
  if (exact) return exact;
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim());
  const format = acceptsText && type.toLowerCase() === 'text/plain' ? 'json' : FORMATS.get(type.toLowerCase());
  const [charset, second] = parameters.flatMap((parameter) => CHARSET.exec(parameter)?.[1]?.toLowerCase() ?? []);
  if (second !== undefined) throw createRequestError('bad_request', 'Content-Type has more than one charset');
  if (format && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return format;
  const types = SUBMISSION_MEDIA_TYPES.join(', ');
  const detail = `${describeType(type, format && charset)}; expected ${types}, in UTF-8`;
  throw createRequestError('unsupported_media_type', detail, { headers: { Accept: types } });
}

/** What arrived, and where it may come from. */
function describeType(type: string, charset: string | undefined): string {
  if (type === '') return 'Content-Type is missing';
  if (charset !== undefined) return `the charset ${charset.slice(0, MAX_SHOWN_LENGTH)} is not read`;
  if (type.toLowerCase() === FORM_TYPE)
    return `the Content-Type ${FORM_TYPE}, which curl -d sends by default, is not read: add -H 'Content-Type: application/json'`;
  return `the Content-Type ${type.slice(0, MAX_SHOWN_LENGTH)} is not read`;
}
