import { fileURLToPath } from 'node:url';
import { nextMessageOf, startProcess } from './processes.ts';

/** What a client process does that follows events, on one connection for each follower. */
export type FollowPlan = { readonly port: number; readonly followers: number } & (
  | {
      readonly kind: 'delays';
      /** The server that receives the events, one after the other. */
      readonly writePort: number;
      /** The number of events before those that are measured. */
      readonly warmUp: number;
      readonly events: number;
    }
  | {
      readonly kind: 'deliveries';
      /** NDJSON, sent one after the other. */
      readonly bodies: readonly string[];
      /** The number of events in all bodies. */
      readonly events: number;
    }
);

/** For `delays`, the time from a POST to each delivery, in milliseconds; for `deliveries`, the number per second. */
export type FollowResult = readonly number[];

const FOLLOW_PROCESS = fileURLToPath(new URL('./follow-process.ts', import.meta.url));

/** Follows events in a separate process. */
export async function followInProcess(plan: FollowPlan): Promise<FollowResult> {
  const child = startProcess([FOLLOW_PROCESS], { core: 'client' });
  const message = nextMessageOf<FollowResult>(child, 'the followers');
  child.send(plan);
  return message;
}
