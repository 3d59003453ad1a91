import * as v from 'valibot';

export const RedisUrlSchema = v.pipe(
  v.string(),
  v.check(isRedisUrl, 'expected redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS'),
);

/** Without parameters: those could be options of the driver that the limiter relies on. */
function isRedisUrl(text: string): boolean {
  try {
    const { hostname, pathname, search, hash, username, password } = new URL(text);
    decodeURIComponent(username + password); // or the driver would fail to
    return /^rediss?:\/\/\S+$/.test(text) && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname + search + hash);
  } catch {
    return false;
  }
}
