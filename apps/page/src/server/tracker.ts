import { createEventTrackerClient, type EventTrackerClient } from '@event-tracker/client';
import { key } from './key.ts';

/** URL of the server, with its base path: the folder of the page. */
export const SERVER_URL = new URL('.', document.baseURI).href.replace(/\/$/, '');

export interface TrackerOptions {
  /** Ends the calls when it is aborted. */
  readonly signal?: AbortSignal;
  /** Receives whether a connection to the server could be opened. */
  readonly onConnection?: (isConnected: boolean) => void;
  /** Default: failures are reported immediately. */
  readonly retryForMs?: number;
}

/** Creates the tracker of this page's server, with the current key. */
export function createTracker({ signal, onConnection, retryForMs = 0 }: TrackerOptions = {}): EventTrackerClient {
  async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const signals = [signal, init?.signal].filter((one) => one !== undefined && one !== null);
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      onConnection?.(response.ok);
      return response;
    } catch (error) {
      onConnection?.(false);
      throw error;
    }
  }
  return createEventTrackerClient({ url: SERVER_URL, key: key.peek(), fetch: send, retryForMs });
}

/** Sends a GET request that the client does not have, such as a download. */
export function get(path: string, accept: string): Promise<Response> {
  const headers = new Headers({ Accept: accept });
  const current = key.peek();
  if (current !== undefined) headers.set('Authorization', `Bearer ${current}`);
  return fetch(`${SERVER_URL}${path}`, { headers });
}
