import {
  createRequestError,
  SUBMISSION_FORMATS,
  SUBMISSION_MEDIA_TYPES,
  type SubmissionFormat,
} from '@event-tracker/http-contract';

const FORMATS: ReadonlyMap<string, SubmissionFormat> = new Map(Object.entries(SUBMISSION_FORMATS));
const CHARSET = /^charset="?([^"]*)"?$/i;

/**
 * Returns the format of a body by its Content-Type.
 *
 * @throws RequestError unsupported_media_type, naming the types that are accepted
 */
export function bodyFormatOf(contentType: string | undefined): SubmissionFormat {
  const exact = FORMATS.get(contentType ?? '');
  if (exact) return exact;
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim());
  const format = FORMATS.get(type.toLowerCase());
  const charset = parameters
    .map((parameter) => CHARSET.exec(parameter)?.[1]?.toLowerCase())
    .find((found) => found !== undefined);
  if (format && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return format;
  const types = SUBMISSION_MEDIA_TYPES.join(', ');
  throw createRequestError('unsupported_media_type', `expected ${types}, in UTF-8`, { headers: { Accept: types } });
}
