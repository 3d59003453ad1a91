import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { createUsageError } from '../command-line/usage-error.ts';

/** Keeps the position up to which a target has acknowledged all events. */
export interface StateFile {
  /** The saved position; undefined at the first start. */
  readonly position: string | undefined;
  /** Replaces the position as a whole: a kill leaves the old file or the new one. */
  save(position: string): void;
}

/** @throws UsageError if the file is damaged, or belongs to another target, which has not received the same events */
export function openStateFile(path: string, target: string): StateFile {
  return {
    position: existsSync(path) ? readPosition(path, target) : undefined,
    save: (position) => {
      const temporary = `${path}.new`;
      const fd = openSync(temporary, 'w');
      try {
        writeSync(fd, `${JSON.stringify({ target, position })}\n`);
        fsyncSync(fd); // otherwise the new name could lead to an empty file after a power loss
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
    },
  };
}

function readPosition(path: string, target: string): string {
  const state = parse(readFileSync(path, 'utf8'));
  if (state === undefined) throw createUsageError(`${path}: expected a file that an earlier run wrote`);
  if (state.target !== target)
    throw createUsageError(`${path}: belongs to the target ${state.target}; use another file`);
  return state.position;
}

function parse(text: string): { readonly target: string; readonly position: string } | undefined {
  try {
    const { target, position } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof target === 'string' && typeof position === 'string' ? { target, position } : undefined;
  } catch {
    return undefined;
  }
}
