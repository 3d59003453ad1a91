import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Database } from './database.ts';
import { readMeta } from './meta.ts';
import { numberOf } from './number-of.ts';

/** What the file says it has committed: numbers that only grow. */
export interface Commits {
  /** The highest sequence that was ever given to an event. */
  readonly sequence: number;
  /** How many deletions were committed. */
  readonly deletions: number;
}

/**
 * A second place, next to the file, for what was committed. Where the log is damaged SQLite drops the rest of it without
 * an error; the record shows that something is missing.
 */
export interface CommitRecord {
  /** Notes what the file has now; called after each commit, before it is acknowledged. */
  update(): void;
  close(): void;
}

/** Always of one length: a line is overwritten by the next. */
const LINE_LENGTH = 48;
const LINE = /^sequence (\d+), deletions (\d+) *\n$/;

/**
 * Compares a file with its record. Nothing is missing where there is no record yet, or none that can be read: after a power
 * loss it may be older than the file, but never newer, because it is written after the file is on the disk.
 *
 * @returns how much was acknowledged that the file lacks; `undefined` where nothing is known to be missing
 */
export function findMissingCommits(database: Database, path: string): Commits | undefined {
  const recorded = readRecord(recordPath(path));
  if (!recorded) return undefined;
  const found = commitsOf(database);
  const sequence = Math.max(0, recorded.sequence - found.sequence);
  const deletions = Math.max(0, recorded.deletions - found.deletions);
  return sequence + deletions > 0 ? { sequence, deletions } : undefined;
}

export function openCommitRecord(database: Database, path: string): CommitRecord {
  const descriptor = openSync(recordPath(path), constants.O_RDWR | constants.O_CREAT, 0o644);
  const update = (): void => {
    const { sequence, deletions } = commitsOf(database);
    const line = `sequence ${sequence}, deletions ${deletions}`;
    try {
      writeSync(descriptor, `${line.padEnd(LINE_LENGTH - 1)}\n`, 0);
    } catch {
      // What is committed is safe. A record that falls behind only detects less.
    }
  };
  update();
  return { update, close: () => closeSync(descriptor) };
}

function recordPath(path: string): string {
  return `${path}-commits`;
}

function readRecord(path: string): Commits | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const [, sequence, deletions] = LINE.exec(text) ?? [];
  return sequence === undefined ? undefined : { sequence: Number(sequence), deletions: Number(deletions) };
}

function commitsOf(database: Database): Commits {
  const sequence = numberOf(database, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'");
  return { sequence, deletions: Number(readMeta(database, 'deletions') ?? 0) };
}

/** Counts a deletion, within its transaction. */
export function countDeletion(database: Database): void {
  database.statement(COUNT_DELETION).run();
}

const COUNT_DELETION = `
  INSERT INTO meta (name, value) VALUES ('deletions', '1')
  ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1`;
