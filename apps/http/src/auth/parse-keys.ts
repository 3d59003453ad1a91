import { isScope, type Scope, withIncluded } from '@event-tracker/http-contract';

/** The stored data of a key: its hash identifies it, and the key cannot be recovered from it. */
export interface Key {
  /** Name of the client. Two keys can have the same name, so that an old key works until all clients have the new one. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** SHA-256 of the key. */
  readonly hash: Uint8Array;
}

/** Where keys are listed, each on a line `NAME SCOPE[,SCOPE] SHA256HEX`. */
export interface KeyList {
  /** The name of the setting, for error messages. */
  readonly setting: string;
  /** What error messages call an element of the list. */
  readonly unit: 'line' | 'entry';
  readonly lines: readonly string[];
}

const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Parses lists of keys. Ignores lines that are blank or start with `#`.
 *
 * @throws Error of one line with the list and the number of the line, but not its text, which can be a key by mistake
 */
export function parseKeys(lists: readonly KeyList[]): readonly Key[] {
  const hashes = new Set<string>();

  function parseLine(line: string): readonly Key[] {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return [];
    const [name = '', scopes = '', sha256 = '', ...more] = text.split(/\s+/);
    if (sha256 === '' || more.length > 0) throw new Error('expected NAME SCOPE[,SCOPE] SHA256HEX');
    const key = parseKey(name, scopes, sha256);
    const hash = sha256.toLowerCase();
    // The name and the scopes of the key would be ambiguous.
    if (hashes.has(hash)) throw new Error('this key is listed already');
    hashes.add(hash);
    return [key];
  }

  return lists.flatMap(({ setting, unit, lines }) => {
    const keys = lines.flatMap((line, index) => {
      try {
        return parseLine(line);
      } catch (cause) {
        throw new Error(`${setting}: ${unit} ${index + 1}: ${(cause as Error).message}`, { cause });
      }
    });
    // A list that was emptied by mistake must not open the server to all clients.
    if (keys.length === 0) throw new Error(`${setting}: expected at least one key`);
    return keys;
  });
}

/**
 * Parses the three words of a line.
 *
 * @throws Error with the problem
 */
export function parseKey(name: string, scopes: string, sha256: string): Key {
  if (!NAME.test(name)) throw new Error('expected a name of 1 to 64 letters, digits, dots, hyphens and underscores');
  const named = scopes.split(',');
  if (!named.every(isScope)) throw new Error('expected scopes of read, write and admin, with commas between them');
  if (!SHA256_HEX.test(sha256)) throw new Error('expected the SHA-256 of the key as 64 hexadecimal digits');
  return { name, scopes: withIncluded(named), hash: Buffer.from(sha256, 'hex') };
}
