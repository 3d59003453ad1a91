import { key } from '../server/key.ts';
import { SERVER_URL } from '../server/tracker.ts';

/** Returns a curl command for a GET request. The key is not part of it. */
export function toCurl(pathAndQuery: string): string {
  const authorization = key.peek() === undefined ? '' : ' -H "Authorization: Bearer $EVENT_TRACKER_KEY"';
  return `curl -sS${authorization} ${quote(`${SERVER_URL}${pathAndQuery}`)}`;
}

/** Quotes an argument for a POSIX shell. */
function quote(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
