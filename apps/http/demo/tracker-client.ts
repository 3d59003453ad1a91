import type { Event, NewEvent } from '@event-tracker/core';

/** The calls that the demo makes. */
export interface TrackerClient {
  /** Submits a batch. Returns the number of stored events and of duplicates. */
  submit(events: readonly NewEvent[]): Promise<{ readonly accepted: number; readonly duplicates: number }>;
  /** Returns the events of a path. */
  read(path: string): Promise<readonly Event[]>;
  /** Returns the events of a page and of all following pages. */
  readPages(path: string): Promise<readonly Event[]>;
}

const RESPONSE_TIMEOUT_MS = 10_000;

/**
 * Creates a client of a running server.
 *
 * @param baseUrl for example `http://127.0.0.1:8080`
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
    throw new Error(`No server responds at ${url}. Start one with: npm start`, { cause });
  });
  if (response.ok) return response;
  throw new Error(`${url} failed with ${response.status}: ${await response.text()}`);
}

async function eventsOf(response: Response): Promise<readonly Event[]> {
  return (await response.json()) as readonly Event[];
}

/** Returns the target of `Link: <…>; rel="next"` (RFC 8288), which is relative to the page. */
function nextPage(response: Response): string | undefined {
  const [, target] = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '') ?? [];
  return target === undefined ? undefined : new URL(target, response.url).href;
}
