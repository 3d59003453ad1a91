import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Returns the resident memory of a process from Linux (proc(5)): the current value (`VmRSS`) or the peak (`VmHWM`). */
export function residentBytes({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}
