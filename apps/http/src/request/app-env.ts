import type { PlaceOf, Scope } from '@event-tracker/http-contract';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** What a request carries through the app. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    /** Header fields that every answer to this request has. */
    headers: Record<string, string>;
    /** Whose key the request has: one that is known, whatever it allows. */
    keyName: string | undefined;
    /** Whether the key came in the URL. */
    isKeyInUrl: boolean;
    /** What that key allows. */
    scopes: ReadonlySet<Scope> | undefined;
    /** By what the client is counted, where anything is limited. */
    client: string;
    /** Where in the body a submitted event stands, for the problem document; absent before the body is read. */
    placeOf: PlaceOf | undefined;
  };
}

export type AppContext = Context<AppEnv>;
