import type { PlaceOf, Scope } from '@event-tracker/http-contract';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** The context of a request in the app. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    /** Header fields of every response to this request. */
    headers: Record<string, string>;
    /** Name of the key of the request, if the key is valid, with any scope. */
    keyName: string | undefined;
    /** True if the key came in the URL. */
    isKeyInUrl: boolean;
    /** True if the body has a key. */
    isKeyInBody: boolean;
    /** Scopes of that key. */
    scopes: ReadonlySet<Scope> | undefined;
    /** Identifies the client, by its key or its address. */
    client: string;
    /** Returns the place of a submitted event in the body, for problem documents; absent before the body is read. */
    placeOf: PlaceOf | undefined;
  };
}

export type AppContext = Context<AppEnv>;
