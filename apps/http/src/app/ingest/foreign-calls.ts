import type { ForeignCall } from './foreign-call.ts';
import { OTLP } from './otlp.ts';
import { POSTHOG, POSTHOG_V1 } from './posthog.ts';
import { SEGMENT } from './segment.ts';
import { SNOWPLOW, SNOWPLOW_PIXEL } from './snowplow.ts';

/** All calls of clients of other systems. A protocol is added here, and to the names in `protocols.ts`. */
export const FOREIGN_CALLS: readonly ForeignCall[] = [OTLP, SEGMENT, ...POSTHOG, POSTHOG_V1, SNOWPLOW, SNOWPLOW_PIXEL];
