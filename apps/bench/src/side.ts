import type { Effort } from './effort.ts';

/**
 * One side of a comparison that runs in a process of its own: opened once, then measured in each round. A module with
 * two sides exports them as `ours` and `limit`.
 */
export interface Side {
  measure(): number | Promise<number>;
  close?(): void | Promise<void>;
}

/** @param subject which of several things the module can measure, e.g. the URL of a store */
export type OpenSide = (effort: Effort, subject: string) => Side | Promise<Side>;

/** What a side process is told to open. */
export interface SideRequest {
  /** URL of the module. */
  readonly module: string;
  readonly side: 'ours' | 'limit';
  readonly effort: Effort;
  readonly subject: string;
}
