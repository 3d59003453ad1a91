import { shorten } from '../event/text.ts';
import { nearestName } from '../nearest-name.ts';

/**
 * Checks that the parameters of a store's URL are known, so that a misspelt one is not ignored.
 *
 * @param names the parameters of the URL
 * @param known the names that are allowed; a name that ends with `*` allows every name that begins with the part before it
 * @throws RangeError with the name, without the value, which can be secret
 */
export function checkUrlParameters(names: Iterable<string>, known: readonly string[]): void {
  const isKnown = (name: string): boolean =>
    known.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  for (const name of names) {
    if (isKnown(name)) continue;
    const nearest = nearestName(name, known);
    const meant = nearest === undefined ? `expected one of ${known.join(', ')}` : `expected ${nearest}`;
    throw new RangeError(`url: ${meant}, not the unknown parameter ${shorten(name)}`);
  }
}
