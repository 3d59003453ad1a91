import { createEventReader, type EventReader } from '@event-tracker/client/read';
import { key } from './key.ts';

/** URL of the server, with its base path: the folder of the page. */
export const SERVER_URL = new URL('.', document.baseURI).href.replace(/\/$/, '');

/** Creates the tracker of this page's server, with the current key. Failures are reported immediately. */
export function createTracker(): EventReader {
  return createEventReader({ url: SERVER_URL, key: key.peek(), retryForMs: 0 });
}

/**
 * Creates a tracker that follows events also after the server was away.
 *
 * @param onConnection receives whether a connection to the server could be opened
 */
export function createFollower(onConnection: (isConnected: boolean) => void): EventReader {
  async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    try {
      const response = await fetch(input, init);
      onConnection(response.ok);
      return response;
    } catch (error) {
      onConnection(false);
      throw error;
    }
  }
  return createEventReader({ url: SERVER_URL, key: key.peek(), fetch: send });
}

/** Sends a GET request that the client does not have, such as a download. */
export function get(path: string, accept: string): Promise<Response> {
  const headers = new Headers({ Accept: accept });
  const current = key.peek();
  if (current !== undefined) headers.set('Authorization', `Bearer ${current}`);
  return fetch(`${SERVER_URL}${path}`, { headers });
}
