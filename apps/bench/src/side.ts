import type { Effort } from './effort.ts';

/**
 * One side of a comparison, which runs in a separate process: opened once, then measured in each round. A module with two sides
 * exports them as `ours` and `limit`.
 */
export interface Side {
  measure(): number | Promise<number>;
  close?(): void | Promise<void>;
}

/** @param subject selects what the module measures, for example the URL of a store */
export type OpenSide = (effort: Effort, subject: string) => Side | Promise<Side>;

/** Selects the side that a process opens. */
export interface SideRequest {
  /** URL of the module. */
  readonly module: string;
  readonly side: 'ours' | 'limit';
  readonly effort: Effort;
  readonly subject: string;
}
