import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Place } from './body/parse-json.ts';
import type { RateLimitInfo } from './rate-limit.ts';

/** What a request carries through the app. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    /** Header fields that every answer to this request has. */
    headers: Record<string, string>;
    /** Set by the rate limiter. */
    rateLimit: RateLimitInfo | undefined;
    /** Where in the body a submitted event stands; absent before the body is read. */
    placeOf: ((index: number) => Place) | undefined;
  };
}

export type AppContext = Context<AppEnv>;
