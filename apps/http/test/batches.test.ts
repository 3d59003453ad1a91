import { describe, expect, test } from 'vitest';
import { get, jsonOf, post } from './support/client.ts';
import { postLines } from './support/events.ts';
import { leastWorkDuring, MEASURE_LOOP } from './support/longest-work.ts';
import { useServerProcess } from './support/use-server.ts';

const EVENTS = 10_000;
/** Maximum wait of other requests. */
const MAX_BLOCKED_MS = 50;

const server = useServerProcess({ nodeOptions: MEASURE_LOOP });

/** Returns events with almost the maximum size of a body in total. */
function lines(eventType: string): readonly string[] {
  return Array.from({ length: EVENTS }, (_, n) =>
    JSON.stringify({
      event_type: eventType,
      timestamp: new Date(Date.UTC(2025, 0, 1) + ((n * 7919) % EVENTS) * 1_000).toISOString(),
      payload: { n, list: [1, 2, 3, { deep: [true, null] }], text: 'x'.repeat(600) },
    }),
  );
}

describe('ten thousand events in one call', () => {
  const forms: readonly (readonly [string, (type: string) => Promise<{ status: number; text: string }>])[] = [
    ['as NDJSON', (type) => postLines(server.url, lines(type))],
    ['as a JSON array', (type) => post(`${server.url}/events`, `[${lines(type).join(',')}]`)],
  ];

  test.each(forms)('%s are stored without delaying other requests', { timeout: 60_000 }, async (form, submit) => {
    await submit(`warm ${form}`); // compiles the code
    const type = `measured ${form}`;
    let round = 0;
    const longest = await leastWorkDuring(server.process, MAX_BLOCKED_MS, async () => {
      const { status, text } = await submit(`${type} ${round++}`);
      expect([status, JSON.parse(text).accepted]).toEqual([200, EVENTS]);
    });
    expect(longest).toBeLessThan(MAX_BLOCKED_MS);
    const page = await get(`${server.url}/events?limit=10000&event_type=${encodeURIComponent(`${type} 0`)}`);
    expect(jsonOf<unknown[]>(page)).toHaveLength(EVENTS);
  });
});
