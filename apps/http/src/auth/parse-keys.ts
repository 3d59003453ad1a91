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
  /** The setting that it comes from, for error messages. */
  readonly setting: string;
  /** What the setting calls a line. */
  readonly unit: 'line' | 'entry';
  readonly lines: readonly string[];
}

const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Reads lists of keys. Lines that are blank or begin with `#` do not count.
 *
 * @throws an Error of one line that names the list and the line; it repeats nothing of what stands there, as that may be
 * a key by mistake
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
    // Which name and scopes it has would be a matter of luck.
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
 * Reads the three words of a line.
 *
 * @throws an Error that says what is wrong with them
 */
export function parseKey(name: string, scopes: string, sha256: string): Key {
  if (!NAME.test(name)) throw new Error('expected a name of 1 to 64 letters, digits, dots, hyphens and underscores');
  const named = scopes.split(',');
  if (!named.every(isScope)) throw new Error('expected scopes of read, write and admin, with commas between them');
  if (!SHA256_HEX.test(sha256)) throw new Error('expected the SHA-256 of the key as 64 hexadecimal digits');
  return { name, scopes: withIncluded(named), hash: Buffer.from(sha256, 'hex') };
}
