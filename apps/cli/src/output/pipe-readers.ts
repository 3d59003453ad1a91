import { fstatSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { EXIT_CODES } from '../command-line/exit-codes.ts';

const STDOUT = 1;
const PROBE_EVERY_MS = 500;
/** The permission bits of an entry of `/proc/PID/fd` are those with which the file is open (proc_pid_fd(5)). */
const OPEN_TO_READ = 0o400;

/**
 * Ends the process when nothing reads standard output any more, also while there is nothing to write, such as in `tail | head -1`.
 * Node cannot wait for that, so this looks for a process that has the pipe open. It does so only on Linux, and only if it saw such
 * a process at the start: one of another user is not visible. Otherwise the next write fails, which ends the process too.
 */
export function exitWithPipeReaders(): void {
  if (process.platform !== 'linux' || !fstatSync(STDOUT).isFIFO()) return;
  const pipe = readlinkSync(`/proc/self/fd/${STDOUT}`);
  let readers = findReaders(pipe);
  if (readers.length === 0) return;
  const timer = setInterval(() => {
    if (readers.some((path) => isReader(path, pipe))) return;
    readers = findReaders(pipe);
    if (readers.length === 0) process.exit(EXIT_CODES.done);
  }, PROBE_EVERY_MS);
  timer.unref();
}

/** Returns the entries of `/proc/PID/fd` through which processes can read from a pipe, such as `pipe:[4026]`. */
function findReaders(pipe: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => listFolder(`/proc/${pid}/fd`))
    .filter((path) => isReader(path, pipe));
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return []; // the process has ended, or belongs to another user
  }
}

function isReader(path: string, pipe: string): boolean {
  try {
    return readlinkSync(path) === pipe && (lstatSync(path).mode & OPEN_TO_READ) !== 0;
  } catch {
    return false; // closed in the meantime
  }
}
