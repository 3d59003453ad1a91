import type { WorkerOptions } from 'node:worker_threads';

/**
 * Returns the Node options of a thread. By default a thread inherits the options of the process, but with `--input-type` it
 * cannot run a file; then it receives only `--conditions`, which select the files of packages.
 */
export function inheritedOptions(): WorkerOptions {
  const options = process.execArgv;
  if (!options.some((option) => option.startsWith('--input-type'))) return {};
  return { execArgv: options.filter((option) => option.startsWith('--conditions=')) };
}
