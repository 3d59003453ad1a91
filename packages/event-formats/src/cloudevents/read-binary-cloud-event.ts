import { problemAt, type TranslatedItem } from '../translation.ts';
import { type CloudEventOptions, readCloudEvent } from './read-cloud-event.ts';

/** The body of a request, decoded on demand. */
export interface BinaryBody {
  readonly isEmpty: boolean;
  /** Returns the value of JSON, or throws. */
  json(): unknown;
  /** Returns UTF-8 as text, or throws. */
  text(): string;
  base64(): string;
}

const PREFIX = 'ce-';
const ASCII = /^[\x20-\x7e]*$/;
const JSON_TYPE = /^(?:application|text)\/(?:[^;\s]+\+)?json(?:\s*;|$)/i;
const TEXT_TYPE = /^(?:text\/|application\/(?:[^;\s]+\+)?xml(?:\s*;|$))/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8"?\s*(?:;|$))/i;

/**
 * Translates a request in the binary mode (CloudEvents 1.0, HTTP protocol binding 3.1): attributes are header fields, data is
 * the body.
 *
 * @param headers by name in lower case
 */
export function readBinaryCloudEvent(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: BinaryBody,
  options: CloudEventOptions,
): TranslatedItem {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const attribute = name.slice(PREFIX.length);
    if (attribute === 'datacontenttype' || attribute === 'data' || attribute === 'data_base64')
      return problemAt(`/${attribute}`, 'invalid_attribute_name', 'expected Content-Type and the body in its place');
    const text = typeof value === 'string' ? decodeAttribute(value) : undefined;
    if (text === undefined)
      return problemAt(`/${attribute}`, 'invalid_attribute', 'expected percent-encoded UTF-8 in one header field');
    attributes[attribute] = text;
  }
  const contentType = headers['content-type'];
  if (typeof contentType === 'string') attributes.datacontenttype = contentType;
  return readCloudEvent(
    { ...attributes, ...dataOf(typeof contentType === 'string' ? contentType : '', body) },
    options,
  );
}

function dataOf(contentType: string, body: BinaryBody): { readonly data?: unknown; readonly data_base64?: string } {
  if (body.isEmpty) return {};
  if (JSON_TYPE.test(contentType)) return { data: body.json() };
  if (TEXT_TYPE.test(contentType) && !OTHER_CHARSET.test(contentType)) return { data: body.text() };
  return { data_base64: body.base64() };
}

/** Decodes the value of a header field (3.1.3.2): quotes first, then one round of percent-encoding. */
function decodeAttribute(value: string): string | undefined {
  if (!ASCII.test(value)) return undefined;
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
  const unquoted = quoted === undefined ? value : quoted.replaceAll(/\\(.)/g, '$1');
  try {
    // A percent sign that encodes nothing stays as it is.
    return decodeURIComponent(unquoted.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    return undefined;
  }
}
