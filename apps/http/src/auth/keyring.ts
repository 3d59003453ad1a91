import { hash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Key, type KeyList, parseKeys } from './parse-keys.ts';
import { secretOf } from './secret-of.ts';

export interface KeySettings {
  /** Keys, separated by semicolons. */
  readonly apiKeys: string | undefined;
  /** The path of a file with a key on each line. */
  readonly apiKeysFile: string | undefined;
}

/** The valid keys. */
export interface Keyring {
  /** Returns the number of keys. */
  size(): number;
  /** Returns the key of an Authorization field if it is valid. */
  find: FindKey;
  /**
   * Reads the file again: its keys replace the previous ones atomically, in addition to those of the setting.
   *
   * @throws Error of one line if the file cannot be used; the previous keys then stay valid
   */
  reload(): void;
}

export type FindKey = (authorization: string | undefined) => Key | undefined;

/**
 * Opens the keys of the settings; `undefined` if no setting has keys.
 *
 * @throws Error of one line if a list cannot be used
 */
export function openKeyring(settings: KeySettings): Keyring | undefined {
  if (settings.apiKeys === undefined && settings.apiKeysFile === undefined) return undefined;
  return createKeyring(() => parseKeys(readLists(settings)));
}

/** Creates a keyring from a function that reads the keys. */
export function createKeyring(readKeys: () => readonly Key[]): Keyring {
  let keys = readKeys();
  return {
    size: () => keys.length,
    find: (authorization) => {
      const secret = secretOf(authorization);
      if (!secret) return undefined;
      const presented = hash('sha256', secret, 'buffer');
      let found: Key | undefined;
      // Compares with every key, so that the time reveals nothing about the keys.
      for (const key of keys) if (timingSafeEqual(key.hash, presented)) found = key;
      return found;
    },
    reload: () => {
      keys = readKeys();
    },
  };
}

function readLists({ apiKeys, apiKeysFile }: KeySettings): readonly KeyList[] {
  const lists: KeyList[] = [];
  if (apiKeys !== undefined) lists.push({ setting: 'API_KEYS', unit: 'entry', lines: apiKeys.split(';') });
  if (apiKeysFile !== undefined) {
    const setting = `API_KEYS_FILE=${apiKeysFile}`;
    lists.push({ setting, unit: 'line', lines: readText(setting, apiKeysFile).split('\n') });
  }
  return lists;
}

function readText(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${setting}: the file cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
