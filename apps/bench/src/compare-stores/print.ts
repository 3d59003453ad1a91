import type { Cost } from './cost.ts';

export function print(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(48)} ${figure}\n`);
}

export function formatTime({ ms, cpuMs }: Cost): string {
  return `${ms.toFixed(1)} ms, CPU ${cpuMs.toFixed(1)} ms`;
}

export function formatRate({ ms, cpuMs }: Cost, events: number): string {
  return `${Math.round((events * 1_000) / ms)} events/s, ${Math.round((events * 1_000) / cpuMs)} per CPU second`;
}
