import type { AppContext } from '../request/app-env.ts';
import { chooseCompression } from './compression.ts';
import { isNamedBy, weakETagOf } from './e-tag.ts';
import { respond } from './respond.ts';

/**
 * Returns a handler that responds with a constant text. The text is created on the first request, and compressed once for
 * each encoding.
 */
export function respondStatic(
  contentType: string,
  makeText: () => string | Promise<string>,
  headers: Record<string, string> = {},
): (c: AppContext) => Promise<Response> {
  let made: Promise<{ readonly text: string; readonly eTag: string }> | undefined;
  const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  async function make() {
    const text = await makeText();
    return { text, eTag: weakETagOf(text) };
  }

  return async (c) => {
    made ??= make().catch((error: unknown) => {
      made = undefined; // retry on the next request
      throw error;
    });
    const { text, eTag } = await made;
    const fields = {
      ETag: eTag,
      'Cache-Control': 'private, no-cache',
      Vary: 'Accept-Encoding',
      ...headers,
    };
    if (isNamedBy(c.req.header('if-none-match'), eTag)) return respond(c, 304, null, fields);
    const compression = chooseCompression(c.req.header('accept-encoding'));
    if (!compression) return respond(c, 200, text, { ...fields, 'Content-Type': contentType });
    const { contentEncoding } = compression;
    const body = compressed.get(contentEncoding) ?? compression.compress(text);
    compressed.set(contentEncoding, body);
    return respond(c, 200, await body, {
      ...fields,
      'Content-Type': contentType,
      'Content-Encoding': contentEncoding,
    });
  };
}
