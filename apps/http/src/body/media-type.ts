import { createRequestError } from '../request-error.ts';

/** How the events of a body are laid out. */
export type BodyFormat = 'json' | 'ndjson';

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
]);

/** The media types of bodies that are read. */
export const BODY_MEDIA_TYPES: readonly string[] = [...FORMATS.keys()];
const CHARSET = /^charset="?([^"]*)"?$/i;

/**
 * Tells the format of a body from its Content-Type.
 *
 * @throws RequestError unsupported_media_type, naming the types that are read
 */
export function bodyFormatOf(contentType: string | undefined): BodyFormat {
  const asItStands = FORMATS.get(contentType ?? '');
  if (asItStands) return asItStands;
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim());
  const format = FORMATS.get(type.toLowerCase());
  const charset = parameters
    .map((parameter) => CHARSET.exec(parameter)?.[1]?.toLowerCase())
    .find((found) => found !== undefined);
  if (format && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return format;
  throw createRequestError('unsupported_media_type', `expected ${BODY_MEDIA_TYPES.join(', ')}, in UTF-8`, {
    headers: { Accept: BODY_MEDIA_TYPES.join(', ') },
  });
}
