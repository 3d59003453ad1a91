import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaSource } from '@event-tracker/json-schema';

/** Greatest number of schemas. */
const MAX_SCHEMAS = 1_000;

/**
 * Reads the schemas in a folder. Names that begin with a dot are ignored, because volumes of Kubernetes have some.
 *
 * @throws an Error of one line if the folder or a file cannot be read
 */
export function readFolder(folder: string): readonly SchemaSource[] {
  const names = read('the folder', () => readdirSync(folder)).filter((name) => !name.startsWith('.'));
  if (names.length > MAX_SCHEMAS) throw new Error(`expected at most ${MAX_SCHEMAS} files`);
  return names.map((name) => ({ name, text: read(name, () => readFileSync(join(folder, name), 'utf8')) }));
}

function read<Result>(subject: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new Error(`${subject} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
