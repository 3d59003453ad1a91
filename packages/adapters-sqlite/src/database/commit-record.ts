import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Database } from './database.ts';

/** Counters of committed changes. They only increase. */
export interface Commits {
  /** The highest sequence assigned to an event so far. */
  readonly sequence: number;
  /** The number of committed deletions. */
  readonly deletions: number;
}

/**
 * Keeps the counters of the file in a second file next to it. If the log is damaged, SQLite drops the rest of the log
 * without an error; the record then shows that commits are missing.
 */
export interface CommitRecord {
  /** Records the current counters of the file. Must be called after each commit, before it is acknowledged. */
  update(): void;
  close(): void;
}

/** The length is fixed because each line overwrites the previous one. */
const LINE_LENGTH = 48;
const LINE = /^sequence (\d+), deletions (\d+) *\n$/;

/**
 * Compares a file with its record. After a power loss the record can be older than the file, never newer, because it is
 * written after the file is synced.
 *
 * @returns the number of acknowledged changes that the file lacks; `undefined` if none are missing, or if the record does
 * not exist or is not readable
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
      // The commit itself is durable. An outdated record only detects fewer missing commits.
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
  const [sequence, deletions] = database.statement(SELECT_COMMITS).get() as unknown as [bigint, bigint];
  return { sequence: Number(sequence), deletions: Number(deletions) };
}

/** One statement, because it runs after every commit. */
const SELECT_COMMITS = `
  SELECT
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0),
    coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'deletions'), 0)`;

/** Counts a deletion. Must run in the transaction of the deletion. */
export function countDeletion(database: Database): void {
  database.statement(COUNT_DELETION).run();
}

const COUNT_DELETION = `
  INSERT INTO meta (name, value) VALUES ('deletions', '1')
  ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1`;
