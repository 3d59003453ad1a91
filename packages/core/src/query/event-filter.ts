import type { Event } from '../event/event.ts';
import { type EpochNanoseconds, epochNanosecondsOf } from '../event/timestamp.ts';
import { compileCondition, type PayloadCondition } from './payload-condition.ts';
import { compileSearch } from './search-text.ts';

/** Selects the events that match every given member. `event_type` and `event_type_prefix` count as one member. */
export interface EventFilter {
  /** The event's type is one of these. */
  readonly event_type?: readonly string[] | undefined;
  /** The event's type begins with one of these. With `event_type` as well, an event must match one of the two. */
  readonly event_type_prefix?: readonly string[] | undefined;
  /** The event happened at this instant or later. */
  readonly start?: EpochNanoseconds | undefined;
  /** The event happened at this instant or earlier. */
  readonly end?: EpochNanoseconds | undefined;
  /** The event's payload meets all of these conditions. */
  readonly payload?: readonly PayloadCondition[] | undefined;
  /** The event contains all of these texts: each in its type or anywhere in its payload, ignoring case. */
  readonly q?: readonly string[] | undefined;
}

/** Defines the meaning of a filter: the events that a store finds must be those for which this function returns true. */
export function matchesFilter(event: Event, filter: EventFilter): boolean {
  return compileFilter(filter)(event);
}

/** Returns `matchesFilter` for one filter as a function that is fast for many events. */
export function compileFilter(filter: EventFilter): (event: Event) => boolean {
  const { event_type, event_type_prefix, start, end } = filter;
  const tests: ((event: Event) => boolean)[] = [];
  if (event_type !== undefined || event_type_prefix !== undefined)
    tests.push((event) => matchesType(event.event_type, filter));
  if (start !== undefined || end !== undefined) tests.push((event) => matchesTime(event.timestamp, filter));
  for (const condition of filter.payload ?? []) {
    const isMetBy = compileCondition(condition);
    tests.push((event) => isMetBy(event.payload));
  }
  tests.push(...(filter.q ?? []).map(compileSearch));
  const [only, ...others] = tests;
  // A single test is the usual case, and runs for millions of events.
  return only && others.length === 0 ? only : (event) => tests.every((test) => test(event));
}

/** True if matching an event against a filter requires its payload. */
export function needsPayload({ payload = [], q = [] }: EventFilter): boolean {
  return payload.length > 0 || q.length > 0;
}

/** True if an event type matches a filter. */
export function matchesType(type: string, { event_type, event_type_prefix }: EventFilter): boolean {
  if (event_type === undefined && event_type_prefix === undefined) return true;
  return event_type?.includes(type) === true || event_type_prefix?.some((prefix) => type.startsWith(prefix)) === true;
}

function matchesTime(timestamp: string, { start, end }: EventFilter): boolean {
  const time = epochNanosecondsOf(timestamp);
  return (start === undefined || time >= start) && (end === undefined || time <= end);
}
