import { readFileSync } from 'node:fs';
import { createUsageError } from './usage-error.ts';

/** Reads a file that an argument names. @throws UsageError */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw createUsageError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
