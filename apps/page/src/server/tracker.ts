import { createEventReader, type EventReader } from '@event-tracker/client/read';
import { key } from './key.ts';

/** URL of the server, with its base path: the folder of the page. */
export const SERVER_URL = new URL('.', document.baseURI).href.replace(/\/$/, '');

/** Sends a request without credentials of the browser, which would ask for a user name and a password itself. */
export const send: typeof fetch = (input, init) => fetch(input, { ...init, credentials: 'omit' });

/** Creates the tracker of this page's server, with the current key. Failures are reported immediately. */
export function createTracker(): EventReader {
  return createEventReader({ url: SERVER_URL, key: key.peek(), fetch: send, retryForMs: 0 });
}

/**
 * Creates a tracker that follows events also after the server was away.
 *
 * @param onConnection receives whether a connection to the server could be opened
 */
export function createFollower(onConnection: (isConnected: boolean) => void): EventReader {
  async function sendAndReport(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    try {
      const response = await send(input, init);
      onConnection(response.ok);
      return response;
    } catch (error) {
      onConnection(false);
      throw error;
    }
  }
  return createEventReader({ url: SERVER_URL, key: key.peek(), fetch: sendAndReport });
}

/** Sends a GET request that the client does not have, such as a download. */
export function get(path: string, accept: string): Promise<Response> {
  const headers = new Headers({ Accept: accept });
  const current = key.peek();
  if (current !== undefined) headers.set('Authorization', `Bearer ${current}`);
  return send(`${SERVER_URL}${path}`, { headers });
}
