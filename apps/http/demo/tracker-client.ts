import type { Event, NewEvent } from '@event-tracker/core';

/** What the demo asks of a tracker. */
export interface TrackerClient {
  /** Submits a batch, and tells how many of its events were stored now and how many were there already. */
  submit(events: readonly NewEvent[]): Promise<{ readonly accepted: number; readonly duplicates: number }>;
  /** Reads the events that one request for a path responses. */
  read(path: string): Promise<readonly Event[]>;
  /** Reads the events at a path and at those that its pages lead on to, up to the last. */
  readPages(path: string): Promise<readonly Event[]>;
}

const RESPONSE_TIMEOUT_MS = 10_000;

/**
 * Talks to a running server.
 *
 * @param baseUrl where it stands, e.g. `http://127.0.0.1:8080`
 */
export function createTrackerClient(baseUrl: string): TrackerClient {
  const base = baseUrl.replace(/\/$/, '');

  return {
    submit: async (events) => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await request(`${base}/events`, { method: 'POST', headers, body: JSON.stringify(events) });
      return (await response.json()) as { accepted: number; duplicates: number };
    },
    read: async (path) => eventsOf(await request(`${base}${path}`)),
    readPages: async (path) => {
      const events: Event[] = [];
      for (let url: string | undefined = `${base}${path}`; url !== undefined; ) {
        const response = await request(url);
        events.push(...(await eventsOf(response)));
        url = nextPage(response);
      }
      return events;
    },
  };
}

async function request(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) }).catch((cause) => {
    throw new Error(`No server answers at ${url}. Start one with: npm start`, { cause });
  });
  if (response.ok) return response;
  throw new Error(`${url} was answered ${response.status}: ${await response.text()}`);
}

async function eventsOf(response: Response): Promise<readonly Event[]> {
  return (await response.json()) as readonly Event[];
}

/** The target of `Link: <…>; rel="next"` (RFC 8288), which is relative to the page. */
function nextPage(response: Response): string | undefined {
  const [, target] = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '') ?? [];
  return target === undefined ? undefined : new URL(target, response.url).href;
}
