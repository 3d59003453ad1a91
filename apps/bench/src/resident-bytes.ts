import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has of the machine's memory, now (`VmRSS`) or at most so far (`VmHWM`); Linux tells (proc(5)). */
export function residentBytes({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}
