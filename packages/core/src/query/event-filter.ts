import type { Event } from '../event/event.ts';
import { type EpochNanoseconds, epochNanosecondsOf } from '../event/timestamp.ts';
import { compileCondition, type PayloadCondition } from './payload-condition.ts';

/** Which events are meant: those that match every member that is there, the two about the type counting as one. */
export interface EventFilter {
  /** The event's type is one of these. */
  readonly event_type?: readonly string[] | undefined;
  /** The event's type begins with one of these. Where there is a list of types too, either will do. */
  readonly event_type_prefix?: readonly string[] | undefined;
  /** The event happened then or later. */
  readonly start?: EpochNanoseconds | undefined;
  /** The event happened then or earlier. */
  readonly end?: EpochNanoseconds | undefined;
  /** The event's payload meets all of these. */
  readonly payload?: readonly PayloadCondition[] | undefined;
}

/** What a filter means. A store may find events in any way it likes, as long as it finds what this function would. */
export function matchesFilter(event: Event, filter: EventFilter): boolean {
  return compileFilter(filter)(event);
}

/** The same as a test of many events: what can be worked out beforehand is. */
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
  const [only, ...others] = tests;
  // One test is the usual case, and millions of events go through it.
  return only && others.length === 0 ? only : (event) => tests.every((test) => test(event));
}

/** True if it takes an event's payload to know whether it matches a filter. */
export function needsPayload({ payload = [] }: EventFilter): boolean {
  return payload.length > 0;
}

/** What a filter means for an event's type. */
export function matchesType(type: string, { event_type, event_type_prefix }: EventFilter): boolean {
  if (event_type === undefined && event_type_prefix === undefined) return true;
  return event_type?.includes(type) === true || event_type_prefix?.some((prefix) => type.startsWith(prefix)) === true;
}

function matchesTime(timestamp: string, { start, end }: EventFilter): boolean {
  const time = epochNanosecondsOf(timestamp);
  return (start === undefined || time >= start) && (end === undefined || time <= end);
}
