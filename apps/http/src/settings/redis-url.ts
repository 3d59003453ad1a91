import * as v from 'valibot';

export const RedisUrlSchema = v.pipe(
  v.string(),
  v.check(isRedisUrl, 'expected redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS'),
);

/** True for a URL without parameters, which could change options of the client that the limiter relies on. */
function isRedisUrl(text: string): boolean {
  try {
    const { hostname, pathname, search, hash, username, password } = new URL(text);
    decodeURIComponent(username + password); // throws if the client could not decode it
    return /^rediss?:\/\/\S+$/.test(text) && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname + search + hash);
  } catch {
    return false;
  }
}
