import type { Event, JsonObject } from '@event-tracker/core';
import { call, get, jsonOf, post, type TestResponse } from './client.ts';

export const NOON = '2025-01-01T12:00:00Z';

/** Returns the JSON of an event, with `payload` as JSON text. */
export function eventText(event_type: string, payload: string, timestamp: string = NOON): string {
  return `{"event_type":${JSON.stringify(event_type)},"timestamp":${JSON.stringify(timestamp)},"payload":${payload}}`;
}

export function newEvent(event_type: string, payload: JsonObject = {}, timestamp: string = NOON) {
  return { event_type, timestamp, payload };
}

export function postEvent(url: string, event: unknown): Promise<TestResponse> {
  return post(`${url}/events`, JSON.stringify(event));
}

export function postLines(
  url: string,
  lines: readonly string[],
  headers?: Record<string, string>,
): Promise<TestResponse> {
  return call('POST', `${url}/events`, {
    body: lines.join('\n'),
    headers: { 'Content-Type': 'application/x-ndjson', ...headers },
  });
}

/** Returns all stored events of a type. */
export async function storedOf(url: string, eventType: string): Promise<readonly Event[]> {
  return jsonOf<readonly Event[]>(await get(`${url}/events?event_type=${encodeURIComponent(eventType)}`));
}

/** Returns the number of stored events of a type. */
export async function countOf(url: string, eventType: string): Promise<number> {
  const [row] = jsonOf<readonly { value: number }[]>(
    await get(`${url}/stats?event_type=${encodeURIComponent(eventType)}`),
  );
  return row?.value ?? Number.NaN;
}
